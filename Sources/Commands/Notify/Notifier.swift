import Fleet
import Health
import OrderedCollections
import Playbooks
import YAML

/// Posts notifications to the address in the inventory's `notify_url_secret`. Who knows that address may write there, so
/// it is a secret and stands in no message.
struct Notifier: Sendable {
    private let address: String
    private let format: NoticeFormat
    private let site: String
    private let http: any HTTPProbe
    private let say: @Sendable (String) -> Void

    /// nil when the inventory names no address.
    /// - Throws: `Problem` for an address or a format that makes no sense.
    init?(_ loaded: PlaybookCommand.Loaded, context: Context) throws {
        let site = context.site(loaded.inventory, options: loaded.options, observer: SilentView())
        guard let host = loaded.inventory.hosts.keys.first,
            let address = try site.variable("notify_url_secret", of: host)?.string, !address.isEmpty
        else { return nil }
        guard address.hasPrefix("https://") || address.hasPrefix("http://") else {
            throw CommandFailure("notify_url_secret: must begin with https:// or http://", status: .badInput)
        }
        let format = try site.variable("notify_format", of: host)?.string ?? "json"
        guard let known = NoticeFormat(rawValue: format) else {
            let all = NoticeFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("notify_format: '\(format)' is none of \(all)", status: .badInput)
        }
        let console = context.console
        self.init(
            address: address, format: known,
            site: try site.variable("site_environment", of: host)?.string ?? "the site", http: context.http
        ) { console.say($0) }
    }

    init(
        address: String, format: NoticeFormat, site: String, http: any HTTPProbe,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.address = address
        self.format = format
        self.site = site
        self.http = http
        self.say = say
    }

    /// Never fails: what could not be delivered is said.
    func tell(_ event: Notice.Event, of run: RunIdentity, reason: String? = nil) async {
        let notification = Notice(event: event, site: site, run: run, reason: reason)
        let request = HTTPRequest(
            url: address, method: "POST", headers: ["Content-Type": "application/json"],
            body: Array(format.body(of: notification).json().utf8), timeout: .seconds(5))
        do {
            let reply = try await http.send(request, through: nil)
            guard !(200..<300).contains(reply.status) else { return }
            say("the notification '\(event.rawValue)' was not taken: status \(reply.status)")
        } catch let error as HTTPError {
            // Its text names the address.
            say("the notification '\(event.rawValue)' was not delivered: \(error.reason)")
        } catch {
            say("the notification '\(event.rawValue)' was not delivered")
        }
    }
}
