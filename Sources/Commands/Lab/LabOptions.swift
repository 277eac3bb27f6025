import ArgumentParser
package import Lab

/// Which lab a command is about.
package struct LabOptions: ParsableArguments {
    @Option(name: .long, help: "The lab's name; several labs stand side by side.", transform: LabName.init(_:))
    package var name = LabName.standard

    package init() {}

    /// The lab, telling its steps on standard error.
    var site: LabSite {
        let printer = LabProgressPrinter()
        return LabSite(name) { printer.show($0) }
    }
}
