import Diagnostics
import Health
import OrderedCollections
import Remote
import YAML

/// `uri`: one HTTP request, made from the operator's machine through the host's tunnel.
struct URIModule: Action {
    static let spec = ModuleSpec(
        "ansible.builtin.uri", summary: "Makes an HTTP request as seen from the host and checks the status.",
        arguments: [
            ArgumentSpec("url", required: true), ArgumentSpec("method"),
            ArgumentSpec("status_code", .list(.int)), ArgumentSpec("return_content", .bool),
            ArgumentSpec("body", .raw), ArgumentSpec("body_format", choices: ["raw", "json"]),
            ArgumentSpec("headers", .map), ArgumentSpec("timeout", .int), ArgumentSpec("validate_certs", .bool),
            ArgumentSpec("ca_path"),
            ArgumentSpec("follow_redirects", choices: ["all", "none", "no", "safe", "urllib2", "yes"]),
            ArgumentSpec("url_username", aliases: ["user"]),
            ArgumentSpec("url_password", aliases: ["password"], secret: true),
            ArgumentSpec("force_basic_auth", .bool),
        ])

    let request: HTTPRequest
    let target: URLParts
    let statuses: [Int]
    let returnsContent: Bool

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        let url = try arguments.requiredString("url")
        guard let target = URLParts(url) else {
            throw arguments.problem("url", "'\(url)' is no URL", hint: "write http://host:port/path or https://…")
        }
        self.target = target
        request = try Self.request(url, arguments)
        statuses = try (arguments.strings("status_code") ?? ["200"]).map { text in
            guard let code = Int(text), (100...599).contains(code) else {
                throw arguments.problem("status_code", "'\(text)' is no HTTP status")
            }
            return code
        }
        returnsContent = try arguments.bool("return_content") ?? false
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let reply: HTTPReply
        do {
            reply = try await host.http.send(request, through: host.tunnel(to: target.host, port: target.port))
        } catch {
            throw ModuleFailure(
                "\(request.url): no answer: \(error)",
                result: ["status": -1, "url": .string(request.url), "msg": .string("\(error)")])
        }
        let result = result(of: reply)
        guard statuses.contains(reply.status) else {
            let wanted = statuses.map(String.init).joined(separator: " or ")
            throw ModuleFailure(
                "\(request.url): status \(reply.status), wanted \(wanted)" + Self.tail(reply.body), result: result)
        }
        guard !returnsContent || result["content"] != nil else {
            throw ModuleFailure("\(request.url): the answer is not UTF-8 text", result: result)
        }
        return Outcome(changed: false, result: result)
    }

    /// What `register` gets: Ansible's keys, and each header by its name with `_` for `-`.
    private func result(of reply: HTTPReply) -> ValueMap {
        var result: ValueMap = [
            "status": .int(reply.status), "url": .string(request.url),
            "elapsed": .int(Int(reply.latency.components.seconds)),
        ]
        for header in reply.headers {
            result[.string(header.name.replacing("-", with: "_"))] = .string(header.value)
        }
        let contentType = reply.headers.first { $0.name == "content-type" }?.value ?? ""
        let text = String(validating: reply.body, as: UTF8.self)
        if contentType.contains("json"), let json = text.flatMap({ try? Value(json: $0) }) {
            result["json"] = json
        }
        if returnsContent, let text { result["content"] = .string(text) }
        return result
    }

    private static func tail(_ body: [UInt8]) -> String {
        body.isEmpty ? "" : ": " + String(decoding: body.prefix(400), as: UTF8.self)
    }
}
