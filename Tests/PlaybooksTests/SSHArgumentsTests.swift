import Diagnostics
import Testing

@testable import Playbooks

@Suite struct SSHArgumentsTests {
    private func arguments(_ text: String) throws -> SSHArguments {
        var arguments = SSHArguments()
        try arguments.add(text, of: "ansible_ssh_common_args", at: nil)
        return arguments
    }

    @Test func readsWhatHasAMeaningHere() throws {
        let read = try arguments(
            "-o ProxyJump=ops@jump.example.com:2222 -o 'UserKnownHostsFile /srv/known hosts' -i ~/.ssh/id -p 2200 -lops"
        )
        #expect(read.proxyJump == "ops@jump.example.com:2222")
        #expect(read.knownHostsFile == "/srv/known hosts")
        #expect(read.identityFile == "~/.ssh/id")
        #expect(read.port == 2200)
        #expect(read.user == "ops")
        #expect(try arguments("-J a,b").proxyJump == "a,b")
        #expect(
            try arguments("-o ControlMaster=auto -o ControlPersist=60s -o StrictHostKeyChecking=yes") == SSHArguments())
    }

    @Test(arguments: [
        "-o StrictHostKeyChecking=no", "-o StrictHostKeyChecking=accept-new", "-o ForwardAgent=yes", "-A x", "bastion",
        "-o ProxyJump=`id`", "-o ProxyJump=-oProxyCommand=id", "-o Port=many", "-o",
    ])
    func refusesWhatHasNot(_ text: String) {
        #expect(throws: Problem.self) { try arguments(text) }
    }
}
