import CLibSSH

/// Owns one `ssh_channel` and hands what arrives on it to its user; used on its loop's thread only.
final class Channel {
    /// What arrived and was not taken yet stays in libssh, where it closes the window.
    protocol User: AnyObject {
        /// Takes some of the bytes.
        ///
        /// - Returns: how many.
        func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool) -> Int
    }

    /// The server will send no more bytes.
    private(set) var hasEnded = false
    /// The server has closed the channel: nothing goes either way.
    private(set) var isClosed = false
    /// How many bytes libssh holds because the user did not take them.
    private(set) var heldBack = 0
    private(set) var exitStatus: Int32?

    weak var user: (any User)?

    private let session: SessionHandle
    private let pointer: ssh_channel
    private let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>

    init(_ session: SessionHandle) throws(LibSSHError) {
        guard let pointer = ssh_channel_new(session.pointer) else { throw LibSSHError(message: session.error) }
        self.session = session
        self.pointer = pointer
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
        callbacks.pointee.channel_data_function = { _, _, data, count, isError, user in
            Channel.from(user)?.take(UnsafeRawBufferPointer(start: data, count: Int(count)), isError: isError != 0) ?? 0
        }
        callbacks.pointee.channel_eof_function = { _, _, user in Channel.from(user)?.hasEnded = true }
        callbacks.pointee.channel_close_function = { _, _, user in
            Channel.from(user)?.hasEnded = true
            Channel.from(user)?.isClosed = true
        }
        callbacks.pointee.channel_exit_status_function = { _, _, status, user in Channel.from(user)?.exitStatus = status
        }
        try session.check(ssh_set_channel_callbacks(pointer, callbacks))
    }

    deinit {
        ssh_remove_channel_callbacks(pointer, callbacks)
        ssh_channel_free(pointer)
        callbacks.deallocate()
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> Channel? {
        user.map { Unmanaged<Channel>.fromOpaque($0).takeUnretainedValue() }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, isError: Bool) -> Int32 {
        let taken = user?.receive(bytes, isError: isError) ?? bytes.count
        if !isError { heldBack = bytes.count - taken }
        return Int32(taken)
    }

    /// Opens a session channel; false when the server has to answer first.
    func open() throws(LibSSHError) -> Bool {
        try isDone(ssh_channel_open_session(pointer))
    }

    /// Opens a connection from the server to an address.
    func open(to address: String, port: Int) throws(LibSSHError) -> Bool {
        try isDone(ssh_channel_open_forward(pointer, address, Int32(port), "127.0.0.1", 0))
    }

    func execute(_ command: String) throws(LibSSHError) -> Bool {
        try isDone(ssh_channel_request_exec(pointer, command))
    }

    private func isDone(_ code: Int32) throws(LibSSHError) -> Bool {
        try session.check(code == SSH_AGAIN ? 0 : code)
        return code != SSH_AGAIN
    }

    /// Whether bytes can go out now: the server's window is open, and what went before is on its way.
    var isWritable: Bool { !isClosed && ssh_channel_window_size(pointer) > 0 && !session.hasUnsentOutput }

    /// Sends some of the bytes, as the window allows.
    func write(_ bytes: ArraySlice<UInt8>) throws(LibSSHError) -> Int {
        let count = min(UInt32(clamping: bytes.count), ssh_channel_window_size(pointer), 1 << 18)
        guard count > 0 else { return 0 }
        let written = bytes.withUnsafeBytes { ssh_channel_write(pointer, $0.baseAddress, count) }
        try session.check(written)
        return Int(written)
    }

    /// Takes what libssh holds back.
    func readHeldBack(upTo limit: Int) throws(LibSSHError) -> [UInt8] {
        guard heldBack > 0, limit > 0 else { return [] }
        var count: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: min(limit, heldBack)) { buffer, initialized in
            count = ssh_channel_read_nonblocking(pointer, buffer.baseAddress, UInt32(buffer.count), 0)
            initialized = Int(max(0, count))
        }
        try session.check(count == SSH_EOF ? 0 : count)
        heldBack -= bytes.count
        return bytes
    }

    func sendEnd() {
        ssh_channel_send_eof(pointer)
    }
}
