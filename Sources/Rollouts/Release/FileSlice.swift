package import SystemPackage

/// Bytes of a file on the operator's machine: a whole file, or one inside a packed release.
package struct FileSlice: Hashable, Sendable {
    package var path: FilePath
    package var offset: Int
    package var count: Int

    package init(_ path: FilePath, offset: Int = 0, count: Int) {
        self.path = path
        self.offset = offset
        self.count = count
    }

    /// A part of this slice, by offsets from its beginning.
    package subscript(range: Range<Int>) -> FileSlice {
        FileSlice(path, offset: offset + range.lowerBound, count: range.count)
    }

    /// The bytes.
    /// - Throws: `RolloutError` when the file is shorter than it was or can't be read.
    package func read() throws(RolloutError) -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { (buffer, initialized) throws(RolloutError) in
            try read(into: UnsafeMutableRawBufferPointer(buffer))
            initialized = count
        }
    }

    /// Reads all of it into memory that has room for it.
    /// - Throws: `RolloutError` when the file is shorter than it was or can't be read.
    func read(into memory: UnsafeMutableRawBufferPointer) throws(RolloutError) {
        guard count > 0 else { return }
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            defer { try? file.close() }
            var done = 0
            while done < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done..<count])
                let got = try file.read(fromAbsoluteOffset: Int64(offset + done), into: rest)
                guard got > 0 else { throw RolloutError.changedWhileRead(path.string) }
                done += got
            }
        } catch let error as RolloutError {
            throw error
        } catch {
            throw .unreadable(path.string)
        }
    }

    /// Hands over the bytes in order, at most so many at a time.
    /// - Throws: `RolloutError`.
    func read(by size: Int, _ use: (UnsafeRawBufferPointer) -> Void) throws(RolloutError) {
        guard count > 0 else { return }
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            defer { try? file.close() }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(size, count), alignment: 16)
            defer { buffer.deallocate() }
            var done = 0
            while done < count {
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, count - done)])
                let got = try file.read(fromAbsoluteOffset: Int64(offset + done), into: part)
                guard got > 0 else { throw RolloutError.changedWhileRead(path.string) }
                use(UnsafeRawBufferPointer(rebasing: part[..<got]))
                done += got
            }
        } catch let error as RolloutError {
            throw error
        } catch {
            throw .unreadable(path.string)
        }
    }
}
