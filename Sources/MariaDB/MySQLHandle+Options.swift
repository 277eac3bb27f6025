import CMariaDB

extension MySQLHandle {
    /// Everything the library must know before it connects.
    func setOptions(_ settings: MySQLSettings) {
        set(MYSQL_OPT_CONNECT_TIMEOUT, settings.connectSeconds)
        set(MYSQL_OPT_READ_TIMEOUT, settings.transferSeconds)
        set(MYSQL_OPT_WRITE_TIMEOUT, settings.transferSeconds)
        // "localhost" would otherwise mean the Unix socket.
        set(MYSQL_OPT_PROTOCOL, MYSQL_PROTOCOL_TCP.rawValue)
        set(MYSQL_OPT_LOCAL_INFILE, UInt32(0))
        mysql_options(pointer, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        mysql_options(pointer, MYSQL_INIT_COMMAND, "SET time_zone = '+00:00'")
        setTLS(settings.tls)
    }

    /// Verification is always set: the library's default changed from off to on with its version 3.4.
    private func setTLS(_ tls: MySQLSettings.TLS) {
        switch tls {
        case .off:
            set(MYSQL_OPT_SSL_ENFORCE, my_bool(0))
            set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, my_bool(0))
        case .required:
            set(MYSQL_OPT_SSL_ENFORCE, my_bool(1))
            set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, my_bool(0))
        case .verified(let caFile):
            mysql_options(pointer, MYSQL_OPT_SSL_CA, caFile)
            set(MYSQL_OPT_SSL_ENFORCE, my_bool(1))
            set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, my_bool(1))
        }
    }

    private func set<Value>(_ option: mysql_option, _ value: Value) {
        _ = withUnsafePointer(to: value) { mysql_options(pointer, option, $0) }
    }
}
