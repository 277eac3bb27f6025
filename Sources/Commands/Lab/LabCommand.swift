package import ArgumentParser

/// `lab`: seven real servers on one Linux machine.
package struct LabCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Runs the site's servers on this machine, to rehearse on.",
        discussion: """
            Each host is a Debian with systemd and sshd in a container of its own, with its own address. \
            The lab has an ordinary inventory: name it with '-i lab', or '-i lab:NAME'.
            """,
        subcommands: [
            LabUp.self, LabDown.self, LabStatus.self, LabSSH.self, LabExec.self, LabReboot.self, LabStop.self,
            LabKill.self, LabStart.self, LabClean.self,
        ])

    package init() {}
}
