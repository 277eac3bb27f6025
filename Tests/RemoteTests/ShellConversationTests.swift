import Testing

@testable import Remote

/// What is said to a host and when, without a host.
@Suite struct ShellConversationTests {
    private func conversation(as account: Become?) -> (ShellConversation, prompt: String, nonce: String) {
        let conversation = ShellConversation(host: "web1", account: account, greeting: [.reads("true")])
        let command = conversation.command
        let nonce = command.firstMatch(of: /k=([0-9a-f]{32});/).map { String($0.1) } ?? ""
        let prompt = command.firstMatch(of: /-p '([^']*)'/).map { String($0.1) } ?? ""
        return (conversation, prompt, nonce)
    }

    @Test func sendsNothingBeforeTheShellIsReady() {
        var (conversation, _, nonce) = conversation(as: nil)
        #expect(conversation.receive(stdout: Array("motd\n".utf8)) == [])
        let steps = conversation.receive(stdout: Array("+\(nonce)\n".utf8))
        guard case .send(let script)? = steps.first else {
            Issue.record("\(steps)")
            return
        }
        #expect(String(decoding: script, as: UTF8.self).contains("_ic_read 'true'"))
        let answer = Array("=\(nonce) 0: 0 0\n".utf8)
        #expect(conversation.receive(stdout: answer) == [.started([Reply()])])
        #expect(conversation.receive(stdout: answer) == [.answer([Reply()])])
    }

    @Test func sendsThePasswordOnlyForItsOwnPromptAndOnce() {
        var (conversation, prompt, _) = conversation(as: Become(password: Secret("secret")))
        #expect(conversation.receive(stderr: Array("[sudo] password for ops: ".utf8)) == [])
        #expect(conversation.receive(stderr: Array(prompt.utf8.prefix(10))) == [])
        #expect(conversation.receive(stderr: Array(prompt.utf8.dropFirst(10))) == [.send(Array("secret\n".utf8))])
        let again = conversation.receive(stderr: Array("Sorry, try again.\n\(prompt)".utf8))
        #expect(again == [.failed(.sudoPasswordWrong(host: "web1", user: "root"))])
        #expect(conversation.ended("gone") == [])
    }

    @Test func saysThatSudoWantsAPassword() {
        var (conversation, prompt, _) = conversation(as: Become(user: "mysql"))
        let steps = conversation.receive(stderr: Array(prompt.utf8))
        #expect(steps == [.failed(.sudoPasswordMissing(host: "web1", user: "mysql"))])
    }

    @Test func saysWhySudoRefused() {
        var (conversation, prompt, _) = conversation(as: Become(password: Secret("secret")))
        _ = conversation.receive(stderr: Array("Lecture.\n\(prompt)".utf8))
        _ = conversation.receive(stderr: Array("\nops is not in the sudoers file.\n".utf8))
        #expect(
            conversation.ended("closed") == [
                .failed(.sudoRefused(host: "web1", message: "Lecture.; ops is not in the sudoers file."))
            ])
    }

    @Test func theCommandHasNoCharacterThatALoginShellChanges() {
        let text = Bootstrap(nonce: Nonce()).text
        #expect(!text.contains { "'\\!\n".contains($0) })
    }

    @Test func secretsAreInNoCommand() {
        let (conversation, _, _) = conversation(as: Become(password: Secret("pass")))
        #expect(!conversation.command.contains("pass"))
        let request = conversation.request([.reads("cat \"$in1\"", inputs: [Array("pass".utf8)])])
        #expect(String(decoding: request, as: UTF8.self).hasSuffix("pass\(conversation.nonceText)\n"))
    }
}

extension ShellConversation {
    fileprivate var nonceText: String { command.firstMatch(of: /k=([0-9a-f]{32});/).map { String($0.1) } ?? "" }
}
