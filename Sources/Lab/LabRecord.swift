import FoundationEssentials
import SystemPackage

/// What a lab is made of, kept in its `lab.json` (mode 0600).
struct LabRecord: Hashable, Codable {
    /// The key of the base image that its hosts stand on; an overlay can't change its lower layer.
    var image: String
    var hosts: [LabHost]
    var secrets: LabSecrets

    /// Nil when the lab does not exist.
    ///
    /// - Throws: `LabError.damagedRecord`.
    static func load(from path: FilePath, of lab: LabName) throws -> LabRecord? {
        guard path.exists else { return nil }
        do {
            return try JSONDecoder().decode(LabRecord.self, from: Data(path.text().utf8))
        } catch is DecodingError {
            throw LabError.damagedRecord(path, lab: lab)
        }
    }

    func save(to path: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let text = String(decoding: try encoder.encode(self), as: UTF8.self)
        try path.write(text + "\n", permissions: .ownerReadWrite)
    }

    /// - Throws: `LabError.unknownHost`.
    func host(_ name: String) throws(LabError) -> LabHost {
        guard let host = hosts.first(where: { $0.name == name }) else {
            throw .unknownHost(name, known: hosts.map(\.name))
        }
        return host
    }
}
