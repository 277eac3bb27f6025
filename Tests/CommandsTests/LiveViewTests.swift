import Diagnostics
import Modules
import Testing
import YAML

@testable import Commands
@testable import Playbooks

/// What a person at a terminal sees while a run goes on.
@Suite struct LiveViewTests {
    private let screen = Screen()

    private func view(verbosity: Int = 0) -> LiveView {
        let lines = RunLines(style: Style(isColoured: false), verbosity: verbosity, showsDiffs: false)
        return LiveView(console: console, lines: lines, hostWidth: 3)
    }

    private var console: Console {
        Console(screen, outputIsTerminal: false, errorIsTerminal: true, environment: ["NO_COLOR": "1"])
    }

    private func label(_ name: String, _ id: Int = 1) -> TaskLabel {
        TaskLabel(id: id, name: name, place: Place(file: "site.yml", line: 7, column: 5), isHandler: false)
    }

    private func report(_ host: String, _ status: TaskReport.Status, _ name: String = "Write", _ id: Int = 1)
        -> TaskReport
    { TaskReport(host: host, task: label(name, id), status: status) }

    @Test func oneLineAHostWithItsTaskAndCounts() async {
        let view = view()
        await view.observe(.playStarted(name: "Web", hosts: ["a", "b"]))
        await view.observe(.taskFinished(report("a", .ok, "Look", 1)))
        await view.observe(.taskFinished(report("a", .changed, "Write", 2)))
        await view.observe(.taskStarted(host: "a", task: label("Restart", 3)))
        await view.observe(.stopping)
        let text = screen.text
        #expect(text.contains { $0.hasPrefix("Web  2 hosts") })
        #expect(text.contains { $0.hasPrefix("a    Restart") && $0.contains("2 ok, 1 changed") })
        #expect(text.contains { $0.hasPrefix("b    waiting") })
        #expect(text.allSatisfy { $0.count < 80 })
        await view.finish()
    }

    @Test func whatOthersSayIsNotWipedAway() async {
        let console = console
        let view = LiveView(
            console: console, lines: RunLines(style: Style(isColoured: false), verbosity: 0, showsDiffs: false),
            hostWidth: 3)
        await view.observe(.playStarted(name: "Web", hosts: ["a"]))
        await view.observe(.stopping)
        console.say("waiting for the site's lock")
        console.print("a result")
        await view.observe(.taskStarted(host: "a", task: label("Restart")))
        await view.observe(.stopping)
        #expect(screen.text.filter { $0 == "waiting for the site's lock" }.count == 1, "\(screen.text)")
        #expect(screen.text.filter { $0.hasPrefix("Web  1 host") }.count == 1, "\(screen.text)")
        #expect(screen.output == "a result\n")
        await view.finish()
    }

    @Test func nothingIsDrawnOverAQuestion() async {
        let view = view()
        await view.observe(.playStarted(name: "Web", hosts: ["a"]))
        await view.observe(.taskStarted(host: "a", task: label("Ask")))
        await view.observe(.asked(host: "a", question: "Go on?"))
        console.draw("Go on? [y/N] ")
        await view.observe(.progress(host: "a", task: label("Ask"), text: "waiting"))
        #expect(screen.text.last == "Go on? [y/N] ", "\(screen.text)")
        await view.observe(.answered(host: "a", agreed: true))
        await view.observe(.stopping)
        #expect(screen.text.contains { $0.hasPrefix("a    ") }, "\(screen.text)")
        await view.finish()
    }

    @Test func aFinishedPlayIsOneLine() async {
        let view = view()
        await view.observe(.playStarted(name: "Web", hosts: ["a", "b"]))
        for host in ["a", "b"] { await view.observe(.taskFinished(report(host, .changed, "Write"))) }
        await view.observe(.taskFinished(report("a", .changed, "Restart", 2)))
        await view.observe(.playFinished(name: "Web"))
        await view.observe(.playStarted(name: "Data", hosts: ["c"]))
        await view.observe(.playFinished(name: "Data"))
        await view.finish()
        #expect(screen.text.count == 2, "\(screen.text)")
        #expect(screen.text.first?.hasPrefix("Web  2 hosts  3 ok, 3 changed") == true)
        #expect(screen.text.first?.hasSuffix("Write, Restart") == true)
    }

    /// A failure told only as "failed" has cost people years (ansible/ansible#86085, basecamp/kamal#1041).
    @Test func aFailureIsToldAtOnceWithPlaceCommandStatusAndLastWords() async {
        let view = view()
        await view.observe(.playStarted(name: "Web", hosts: ["a"]))
        var failed = report("a", .failed, "Build")
        failed.doing = "non-zero return code"
        failed.message = "non-zero return code: boom (exit status 3)"
        failed.result = ["rc": 3, "cmd": ["make", "all"], "stdout": "one\ntwo", "stderr": "boom"]
        await view.observe(.taskFinished(failed))
        let text = screen.text.joined(separator: "\n")
        for part in [
            "a    failed    Build", "command: make all", "exit status 3", "| two\n", "| boom\n", "at site.yml:7:5",
        ] { #expect(text.contains(part), "\(part) is missing in\n\(text)") }
        await view.finish()
    }

    @Test func programsOutputCannotMoveTheCursor() async {
        let view = view()
        await view.observe(.playStarted(name: "Web", hosts: ["a"]))
        var failed = report("a", .failed, "Evil \u{1B}[2J\u{07}")
        failed.message = "\u{1B}[31mred\u{1B}[0m \u{1B}[10A\r\u{9B}2Jgone"
        await view.observe(.taskFinished(failed))
        await view.finish()
        #expect(screen.text.contains("    red 2Jgone"))
        #expect(screen.text.first == "a    failed    Evil ")
    }

    @Test func aNarrowerWindowLeavesNoRestOfTheFootBehind() async {
        let view = view()
        let hosts = (1...5).map { "h\($0)" }
        await view.observe(.playStarted(name: "A play with a name", hosts: hosts))
        for host in hosts {
            await view.observe(.taskStarted(host: host, task: label(String(repeating: "long ", count: 30))))
        }
        await view.observe(.stopping)
        screen.resize(columns: 40)
        await view.observe(.taskFinished(report("h1", .changed)))
        await view.observe(.playFinished(name: "A play with a name"))
        await view.finish()
        let text = screen.text
        #expect(text.count { $0.hasPrefix("h1") } == 0, "\(text)")
        #expect(text.count { $0.hasPrefix("A play") } == 1, "\(text)")
    }

    @Test func moreHostsThanRowsDoNotScrollTheTerminal() async {
        let view = view()
        let hosts = (1...200).map { "h\($0)" }
        await view.observe(.playStarted(name: "Many", hosts: hosts))
        await view.observe(.taskStarted(host: "h150", task: label("Work")))
        await view.observe(.stopping)
        #expect(screen.text.count <= 24)
        #expect(screen.text.contains { $0.hasPrefix("h150") })
        #expect(screen.text.last == "and 180 more hosts")
        await view.finish()
    }

    @Test func anInterruptedPlayLeavesACleanTerminal() async {
        let view = view()
        await view.observe(.playStarted(name: "Web", hosts: ["a"]))
        await view.observe(.taskStarted(host: "a", task: label("Work")))
        await view.observe(.stopping)
        await view.observe(.interrupted([Unfinished(host: "a", done: 1, left: [label("Next")])]))
        await view.finish()
        #expect(screen.text.count { $0.hasPrefix("a  ") } == 1, "\(screen.text)")
        #expect(screen.text.contains { $0.contains("not begun: Next") })
    }

    @Test func wideCharactersTakeTwoColumns() {
        #expect("部署 MySQL".columns == 10)
        #expect("部署数据库".clipped(to: 7) == "部署数…")
        #expect("a\u{301}\u{1B}[31mb".columns == 2)
    }
}
