package import Remote

/// How the `mysql` client on a host logs in: as root over the local socket unless told otherwise.
package struct MySQLLogin: Hashable, Sendable {
    package var user: String?
    package var password: Secret?
    /// nil: the local socket.
    package var address: String?
    package var port: Int?
    package var socket: String?
    /// An option file on the host to read as well; nil: the account's `~/.my.cnf`.
    package var configFile: String?
    package var authorityFile: String?
    /// Refuse a connection without TLS.
    package var requiresTLS: Bool
    /// Seconds to connect.
    package var connectTimeout: Int

    package init(
        user: String? = nil, password: Secret? = nil, address: String? = nil, port: Int? = nil, socket: String? = nil,
        configFile: String? = nil, authorityFile: String? = nil, requiresTLS: Bool = false, connectTimeout: Int = 10
    ) {
        self.user = user
        self.password = password
        self.address = address
        self.port = port
        self.socket = socket
        self.configFile = configFile
        self.authorityFile = authorityFile
        self.requiresTLS = requiresTLS
        self.connectTimeout = connectTimeout
    }

    /// The option file that carries all of it to the client: a password in argv or the environment could be read there.
    package var optionFile: [UInt8] {
        var lines = configFile.map { ["!include \($0)"] } ?? []
        lines.append("[client]")
        if let user { lines.append("user=\(Self.quote(user))") }
        if let password { lines.append("password=\(Self.quote(password.reveal()))") }
        if let address { lines += ["host=\(Self.quote(address))", "protocol=tcp"] }
        if let port { lines.append("port=\(port)") }
        if let socket { lines.append("socket=\(Self.quote(socket))") }
        // Over the socket there is no TLS, and nobody to be verified.
        if let authorityFile, address != nil { lines.append("ssl-ca=\(Self.quote(authorityFile))") }
        if requiresTLS { lines.append("ssl-mode=\(authorityFile == nil ? "REQUIRED" : "VERIFY_CA")") }
        // mysqldump and mysqlbinlog read the file too, and do not know this.
        lines += ["loose-connect-timeout=\(connectTimeout)", "default-character-set=utf8mb4"]
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// With a user of its own, the files of the account that runs the client must not override it.
    package func client(optionFile: Shell) -> Shell {
        let option: Shell = user == nil && configFile == nil ? "--defaults-extra-file=" : "--defaults-file="
        return "mysql \(option)\(optionFile) --no-auto-rehash -N -B"
    }

    /// An option file's value: quoted, with the escapes that such files know.
    static func quote(_ value: String) -> String {
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\"": quoted += "\\\""
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension MySQLLogin {
    /// The `login_…` arguments that all MySQL modules take.
    package static let arguments: [ArgumentSpec] = [
        ArgumentSpec("login_user"), ArgumentSpec("login_password", secret: true), ArgumentSpec("login_host"),
        ArgumentSpec("login_port", .int), ArgumentSpec("login_unix_socket", .path),
        ArgumentSpec("config_file", .path), ArgumentSpec("ca_cert", .path, aliases: ["ssl_ca"]),
        ArgumentSpec("connect_timeout", .int),
    ]

    package init(_ arguments: Arguments) throws {
        let host = try arguments.string("login_host")
        self.init(
            user: try arguments.string("login_user"),
            password: try arguments.string("login_password").map(Secret.init),
            address: host == "localhost" ? nil : host, port: try arguments.int("login_port"),
            socket: try arguments.string("login_unix_socket"), configFile: try arguments.string("config_file"),
            authorityFile: try arguments.string("ca_cert"),
            connectTimeout: try arguments.seconds("connect_timeout") ?? 10)
    }

    /// A change made by SQL: the statements on standard input, ended by the first that fails.
    package func change(_ summary: String, _ statements: [SQL]) -> Change {
        let script = (SQL.preamble + statements.map { $0.text + ";" }).joined(separator: "\n") + "\n"
        let client = client(optionFile: "\"$in1\"")
        return Change(
            summary, by: .changes("\(client) <\"$in2\"", inputs: [optionFile, Array(script.utf8)]))
    }
}
