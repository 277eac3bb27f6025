/// Why something is no release, or can't be made one.
package enum RolloutError: Error, Hashable, Sendable, CustomStringConvertible {
    case noFolder(String)
    case emptyFolder(String)
    case unreadable(String)
    case unwritable(String, String)
    case specialFile(String)
    case illegalName(String)
    case sameName(String, String)
    case belowNoFolder(String, String)
    case privilegedFile(String)
    case reservedName(String)
    case outwardLink(String, String)
    case changedWhileRead(String)
    case noPackedRelease(String)
    case incomplete(String, String)
    case badManifest(line: Int)
    case badMetadata
    case unsigned(String)
    case badSignature(String, String)
    case noSigningTool(String)

    package var description: String {
        switch self {
        case .noFolder(let path): "\(path): there is no such folder, nor a packed release"
        case .emptyFolder(let path): "\(path): holds no file"
        case .unreadable(let path): "\(path): cannot be read"
        case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
        case .specialFile(let path): "\(path): is neither a file nor a folder nor a link"
        case .illegalName(let path):
            "\(path.withoutControls): a name must be UTF-8, without control characters and backslashes"
        case .sameName(let path, let other):
            path.utf8.elementsEqual(other.utf8)
                ? "\(path): is there twice"
                : "\(path) and \(other): the names differ only in how their accents are encoded; rename one"
        case .belowNoFolder(let path, let other): "\(path): lies below \(other), which is no folder"
        case .privilegedFile(let path): "\(path): runs as its owner or group, which no release may bring; chmod ug-s"
        case .reservedName(let path): "\(path): the name is kept for the release's own records"
        case .outwardLink(let path, let target): "\(path): links to \(target), outside the release"
        case .changedWhileRead(let path): "\(path): changed while it was read"
        case .noPackedRelease(let path):
            "\(path): is no packed release, or not a whole one; 'intchainctl release pack DIR' makes one"
        case .incomplete(let path, let file): "\(path): \(file) of its manifest is missing or has another size"
        case .badManifest(let line): "MANIFEST: line \(line) cannot be read"
        case .badMetadata: "METADATA: is no JSON object"
        case .unsigned(let path): "\(path): is not signed"
        case .badSignature(let path, let reason): "\(path): the signature is not good: \(reason)"
        case .noSigningTool(let reason): "ssh-keygen: \(reason)"
        }
    }
}

extension String {
    /// With what a terminal would obey written as its number.
    fileprivate var withoutControls: String {
        unicodeScalars.reduce(into: "") {
            if $1.properties.generalCategory == .control {
                $0 += "\\x" + String($1.value, radix: 16)
            } else {
                $0.unicodeScalars.append($1)
            }
        }
    }
}
