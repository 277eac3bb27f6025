import Playbooks

#if canImport(Glibc)
    import Glibc
#endif

/// Questions on the terminal. Nothing blocks while an answer is waited for: heartbeats go on, Ctrl-C is heeded.
struct TerminalPrompt: Prompt {
    private let console: Console

    /// - Returns: nil without a terminal: then nothing ever asks.
    init?(_ console: Console) {
        guard isatty(STDIN_FILENO) == 1, console.errorIsTerminal else { return nil }
        self.console = console
    }

    func ask(_ question: String, resting: (Duration) async throws -> Void) async throws -> Bool {
        // What was typed before the question is no answer to it.
        tcflush(STDIN_FILENO, TCIFLUSH)
        console.draw("\(question) [y/N] ")
        var line: [UInt8] = []
        while true {
            while isReadable {
                var byte: UInt8 = 0
                guard read(STDIN_FILENO, &byte, 1) == 1 else { return false }
                if byte == UInt8(ascii: "\n") { return Self.isYes(line) }
                line.append(byte)
            }
            do { try await resting(.milliseconds(100)) } catch {
                console.draw("\n")
                throw error
            }
        }
    }

    private var isReadable: Bool {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&input, 1, 0) == 1
    }

    static func isYes(_ answer: [UInt8]) -> Bool {
        let word = String(decoding: answer, as: UTF8.self).lowercased().filter { !$0.isWhitespace }
        return ["y", "yes"].contains(word)
    }
}
