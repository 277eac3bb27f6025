import Health
import OrderedCollections
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a chat or another program is told of a rollout.
struct Notice: Hashable, Sendable {
    enum Event: String, Sendable {
        case started
        /// It waits for a person, or for something to be mended that no release can mend.
        case paused
        case failed
        case rolledBack = "rolled-back"
        case done
    }

    var event: Event
    /// The inventory's name for what is deployed to.
    var site: String
    var run: RunIdentity
    /// What went wrong, or what is waited for.
    var reason: String?

    /// For people: one line, and the reason below it.
    var text: String {
        let by = "\(run.holder)@\(run.machine)"
        let sentence =
            switch event {
            case .started: "\(site): \(run.command) by \(by) has started"
            case .paused: "\(site): \(run.command) by \(by) is paused"
            case .failed: "\(site): \(run.command) by \(by) has failed"
            case .rolledBack: "\(site): \(run.command) by \(by) has failed and was rolled back; the site is healthy"
            case .done: "\(site): \(run.command) by \(by) is done"
            }
        return reason.map { "\(sentence)\n\($0)" } ?? sentence
    }
}

/// How the one who is told wants it written.
enum NoticeFormat: String, CaseIterable, Sendable {
    /// All that is known; `text` is what Slack, Mattermost and Teams show.
    case json
    case dingtalk
    case wecom
    case feishu

    func body(of notification: Notice) -> Value {
        switch self {
        case .json: .map(fields(of: notification))
        case .dingtalk, .wecom: ["msgtype": "text", "text": ["content": .string(notification.text)]]
        case .feishu: ["msg_type": "text", "content": ["text": .string(notification.text)]]
        }
    }

    private func fields(of notification: Notice) -> ValueMap {
        var fields: ValueMap = [
            "event": .string(notification.event.rawValue), "text": .string(notification.text),
            "site": .string(notification.site), "command": .string(notification.run.command),
            "run": .string(notification.run.id),
            "by": .string("\(notification.run.holder)@\(notification.run.machine)"),
            "started": .string(notification.run.start.formatted(.iso8601)),
        ]
        if let reason = notification.reason { fields["reason"] = .string(reason) }
        return fields
    }
}
