/// Why a folder is no release.
package enum RolloutError: Error, Hashable, Sendable, CustomStringConvertible {
    case noFolder(String)
    case emptyFolder(String)
    case unreadable(String)
    case specialFile(String)
    case illegalName(String)
    case reservedName(String)
    case outwardLink(String, String)
    case changedWhileRead(String)

    package var description: String {
        switch self {
        case .noFolder(let path): "\(path): there is no such folder"
        case .emptyFolder(let path): "\(path): holds no file"
        case .unreadable(let path): "\(path): cannot be read"
        case .specialFile(let path): "\(path): is neither a file nor a folder nor a link"
        case .illegalName(let path): "\(path): a name must hold no tab, newline or backslash"
        case .reservedName(let path): "\(path): the name is kept for the release's own records"
        case .outwardLink(let path, let target): "\(path): links to \(target), outside the release"
        case .changedWhileRead(let path): "\(path): changed while it was read"
        }
    }
}
