/// What debootstrap is about, out of the hundreds of lines that it prints.
struct DebootstrapStage: Hashable {
    let text: String

    /// Nil for a line that begins no new stage.
    init?(_ line: String) {
        switch line {
        case let line where line.hasPrefix("I: Retrieving InRelease"): text = "reading the package lists"
        case let line where line.hasPrefix("I: Found additional required dependencies"): text = "resolving"
        case let line where line.hasPrefix("I: Checking component"): text = "downloading"
        case let line where line.hasPrefix("I: Chosen extractor"): text = "extracting"
        case let line where line.hasPrefix("I: Installing core packages"): text = "installing core packages"
        case let line where line.hasPrefix("I: Unpacking the base system"): text = "unpacking the base system"
        case let line where line.hasPrefix("I: Configuring the base system"): text = "configuring the base system"
        default: return nil
        }
    }
}
