package import ArgumentParser
import Lab

/// `lab clean`: removes what labs share.
package struct LabClean: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Removes the cached base images and downloads.")

    package init() {}

    package func run() async throws {
        try await LabCache().clean()
    }
}
