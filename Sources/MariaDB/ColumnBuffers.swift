import CMariaDB

/// The C array that receives a row, every column as text, each with room for its longest stored value.
final class ColumnBuffers {
    let pointer: UnsafeMutablePointer<MYSQL_BIND>
    private let lengths: UnsafeMutablePointer<UInt>
    private let nulls: UnsafeMutablePointer<my_bool>
    private let buffers: [UnsafeMutableRawBufferPointer]

    /// - Parameter metadata: of a stored result whose statement has `STMT_ATTR_UPDATE_MAX_LENGTH`.
    init(_ metadata: UnsafeMutablePointer<MYSQL_RES>) {
        let count = Int(mysql_num_fields(metadata))
        pointer = .allocate(capacity: max(1, count))
        pointer.initialize(repeating: MYSQL_BIND(), count: max(1, count))
        lengths = .allocate(capacity: max(1, count))
        lengths.initialize(repeating: 0, count: max(1, count))
        nulls = .allocate(capacity: max(1, count))
        nulls.initialize(repeating: 0, count: max(1, count))
        // A number's longest value is counted in its binary form: leave room for its digits.
        buffers = (0..<count).map { index in
            let longest = mysql_fetch_field_direct(metadata, UInt32(index))?.pointee.max_length ?? 0
            return .allocate(byteCount: max(64, Int(longest) + 1), alignment: 16)
        }
        for (index, buffer) in buffers.enumerated() {
            pointer[index].buffer_type = MYSQL_TYPE_STRING
            pointer[index].buffer = buffer.baseAddress
            pointer[index].buffer_length = UInt(buffer.count)
            pointer[index].length = lengths + index
            pointer[index].is_null = nulls + index
        }
    }

    deinit {
        buffers.forEach { $0.deallocate() }
        nulls.deallocate()
        lengths.deallocate()
        pointer.deallocate()
    }

    /// The row that was fetched last.
    var row: [String?] {
        buffers.indices.map { index in
            guard nulls[index] == 0 else { return nil }
            let length = min(Int(lengths[index]), buffers[index].count)
            return String(decoding: buffers[index].prefix(length), as: UTF8.self)
        }
    }
}
