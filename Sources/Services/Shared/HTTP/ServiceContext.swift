package import Hummingbird
import Logging
import NIOCore

/// What a request carries along: where it came from and the id that its log lines share.
package struct ServiceContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The address of the other end of the connection; nil in tests without a socket.
    let peer: String?
    var requestID = ""

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }

    /// A request is a few kilobytes of JSON.
    package var maxUploadSize: Int { 256 * 1024 }
}
