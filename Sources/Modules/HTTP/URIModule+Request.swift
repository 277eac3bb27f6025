import FoundationEssentials
import Health
import OrderedCollections
import Remote
import YAML

extension URIModule {
    /// The request that the arguments describe.
    static func request(_ url: String, _ arguments: Arguments) throws -> HTTPRequest {
        let method = try arguments.string("method")?.uppercased() ?? "GET"
        var request = HTTPRequest(url: url, method: method, timeout: .seconds(try arguments.seconds("timeout") ?? 30))
        request.headers = try headers(arguments)
        let isJSON = try arguments.string("body_format") == "json"
        request.body = try arguments.raw("body").map { try body($0, isJSON: isJSON, arguments) }
        if isJSON, request.body != nil, !request.headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
            request.headers["Content-Type"] = "application/json"
        }
        request.verifyCertificate = try arguments.bool("validate_certs") ?? true
        request.authorityFile = try arguments.string("ca_path")
        request.followRedirects =
            switch try arguments.string("follow_redirects") ?? "safe" {
            case "all", "yes": true
            case "safe", "urllib2": method == "GET" || method == "HEAD"
            default: false
            }
        return request
    }

    private static func headers(_ arguments: Arguments) throws -> [String: String] {
        var headers: [String: String] = [:]
        for (name, value) in try arguments.map("headers") ?? [:] {
            guard let name = name.string else { throw arguments.problem("headers", "a header's name is no string") }
            headers[name] =
                switch value {
                case .string(let text): text
                case .int(let number): String(number)
                case .bool(let flag): flag ? "True" : "False"
                default: throw arguments.problem("headers", "\(name): expected a string, found \(value.kind)")
                }
        }
        if let user = try arguments.string("url_username") {
            guard try arguments.bool("force_basic_auth") != false else {
                throw arguments.problem(
                    "force_basic_auth", "only true is supported: the first request has the password",
                    hint: "write true, or leave it out")
            }
            let password = try arguments.string("url_password") ?? ""
            headers["Authorization"] = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
        }
        return headers
    }

    /// Text as it is; anything else, and everything under `body_format: json` but a string, as JSON.
    private static func body(_ value: Value, isJSON: Bool, _ arguments: Arguments) throws -> [UInt8] {
        if let text = value.string { return Array(text.utf8) }
        guard isJSON else {
            throw arguments.problem("body", "expected a string, found \(value.kind)", hint: "add body_format: json")
        }
        return Array(value.json().utf8)
    }
}
