import CLibSSH
import Glibc
import Remote

/// Owns one `ssh_session`; used on its loop's thread only.
final class SessionHandle {
    let pointer: ssh_session
    private var event: ssh_event?

    init() throws(LibSSHError) {
        guard let pointer = ssh_new() else { throw LibSSHError(message: "out of memory") }
        self.pointer = pointer
        ssh_set_blocking(pointer, 0)
    }

    /// Channels hold their session, so they are gone by now. `ssh_disconnect` would forget to close our socket.
    deinit {
        if let event {
            ssh_event_remove_session(event, pointer)
            ssh_event_free(event)
        }
        ssh_free(pointer)
    }

    func set(_ option: ssh_options_e, _ value: String) throws(LibSSHError) {
        try check(ssh_options_set(pointer, option, value))
    }

    func set(_ option: ssh_options_e, _ value: Int32) throws(LibSSHError) {
        var value = value
        try check(ssh_options_set(pointer, option, &value))
    }

    func get(_ option: ssh_options_e) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard ssh_options_get(pointer, option, &value) == SSH_OK, let value else { return nil }
        defer { ssh_string_free_char(value) }
        return String(cString: value)
    }

    var port: Int {
        var port: UInt32 = 0
        return ssh_options_get_port(pointer, &port) == SSH_OK && port > 0 ? Int(port) : 22
    }

    /// What the library last complained about.
    var error: String {
        guard let text = ssh_get_error(UnsafeMutableRawPointer(pointer)) else { return "unknown error" }
        return String(cString: text)
    }

    func check(_ code: Int32) throws(LibSSHError) {
        if code < 0 { throw LibSSHError(message: error) }
    }

    /// What to wait for in `poll`; nil while there is no socket.
    var interest: (descriptor: Int32, events: Int32)? {
        let descriptor = ssh_get_fd(pointer)
        guard descriptor >= 0 else { return nil }
        return (descriptor, ssh_get_poll_flags(pointer))
    }

    /// The library makes the socket blocking when it connects: then a large write would hold up every other session.
    func keepFromBlocking() {
        let descriptor = ssh_get_fd(pointer)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    var hasUnsentOutput: Bool { ssh_get_poll_flags(pointer) & SSH_WRITE_PENDING != 0 }

    /// Reads and dispatches what has arrived; writes what can be written.
    func pump() throws(LibSSHError) {
        if event == nil {
            event = ssh_event_new()
            try check(ssh_event_add_session(event, pointer))
        }
        let code = ssh_event_dopoll(event, 0)
        if code == SSH_ERROR || ssh_is_connected(pointer) == 0 { throw LibSSHError(message: error) }
    }
}

/// What the library said.
struct LibSSHError: Error, Hashable, Sendable {
    var message: String
}
