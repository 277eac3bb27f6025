import ArgumentParser
import Diagnostics
import OrderedCollections
import YAML

/// `intchainctl validate PLAYBOOK…`: every mistake of the project, found without contacting anybody.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every mistake in playbooks, inventory and templates without contacting a host.")

    @Argument(help: "The playbooks.", completion: .file(extensions: ["yml", "yaml"]))
    var playbooks: [String]

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        var found: [Problem] = []
        for playbook in playbooks {
            do {
                _ = try command.load(playbook)
            } catch let problems as Problems {
                found += problems.all
            } catch let problem as Problem {
                found.append(problem)
            }
        }
        // A file that several playbooks import is checked for each, and told once.
        let problems = Problems(Set(found)).all
        switch flags.output.output {
        case .text: show(problems, on: context.console)
        case .json, .jsonl: context.console.print(Value.list(problems.map(\.record)).json(pretty: true))
        }
        if !problems.isEmpty { try ExitStatus.badInput.throwUnlessDone() }
    }

    private func show(_ problems: [Problem], on console: Console) {
        for problem in problems { console.say(problem.description) }
        let files = playbooks.joined(separator: ", ")
        console.say(
            problems.isEmpty
                ? "\(files): no mistakes found" : "\(problems.count) mistake\(problems.count == 1 ? "" : "s")")
    }
}

extension Problem {
    /// As data for programs.
    var record: Value {
        var record: ValueMap = ["message": .string(message)]
        if let place {
            record["file"] = .string(place.file)
            record["line"] = .int(place.line)
            record["column"] = .int(place.column)
        }
        if let hint { record["hint"] = .string(hint) }
        return .map(record)
    }
}
