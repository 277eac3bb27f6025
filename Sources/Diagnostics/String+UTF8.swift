extension String {
    /// The text of a file of the project.
    /// - Throws: `Problem` at the first byte that makes it no UTF-8: another one in its place would change the text.
    package init(utf8 bytes: some Sequence<UInt8>, file: String) throws(Problem) {
        let bytes = Array(bytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let place = Self.firstMistake(in: bytes, file: file)
            let byte = bytes[place.offset]
            let hex = String(byte, radix: 16, uppercase: true)
            throw Problem(
                "the file is not UTF-8 text: the byte 0x\(hex.count == 1 ? "0" : "")\(hex) begins no character",
                at: place.place, hint: "save it as UTF-8")
        }
        self = text
    }

    private static func firstMistake(in bytes: [UInt8], file: String) -> (offset: Int, place: Place) {
        var parser = Unicode.UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var (offset, line, column) = (0, 1, 1)
        while case .valid(let character) = parser.parseScalar(from: &input) {
            offset += character.count
            let isNewline = character.first == UInt8(ascii: "\n")
            column = isNewline ? 1 : column + 1
            if isNewline { line += 1 }
        }
        return (Swift.min(offset, Swift.max(0, bytes.count - 1)), Place(file: file, line: line, column: column))
    }
}
