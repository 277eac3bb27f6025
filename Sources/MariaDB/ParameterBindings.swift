import CMariaDB

/// The C array of parameters, with the memory that its elements point into.
final class ParameterBindings {
    let pointer: UnsafeMutablePointer<MYSQL_BIND>
    private let count: Int
    private var buffers: [UnsafeMutableRawBufferPointer] = []

    init(_ parameters: [MySQLValue]) {
        count = parameters.count
        pointer = .allocate(capacity: max(1, count))
        pointer.initialize(repeating: MYSQL_BIND(), count: max(1, count))
        for (index, value) in parameters.enumerated() { bind(value, at: index) }
    }

    deinit {
        buffers.forEach { $0.deallocate() }
        pointer.deallocate()
    }

    private func bind(_ value: MySQLValue, at index: Int) {
        switch value {
        case .null:
            pointer[index].buffer_type = MYSQL_TYPE_NULL
        case .integer(let number):
            pointer[index].buffer_type = MYSQL_TYPE_LONGLONG
            pointer[index].buffer = withUnsafeBytes(of: number) { copy($0) }
        case .text(let text):
            let bytes = Array(text.utf8)
            pointer[index].buffer_type = MYSQL_TYPE_STRING
            pointer[index].buffer = bytes.withUnsafeBytes { copy($0) }
            pointer[index].buffer_length = UInt(bytes.count)
        }
    }

    private func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        buffer.copyBytes(from: bytes)
        buffers.append(buffer)
        return buffer.baseAddress
    }
}
