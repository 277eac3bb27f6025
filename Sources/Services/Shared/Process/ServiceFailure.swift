import Glibc
import NIOCore

/// Why a process could not start or go on.
package enum ServiceFailure: Error, Hashable, Sendable {
    case cannotListen(service: String, address: String, reason: String)
    case stopped(service: String, reason: String)

    init(_ error: any Error, service: ServiceName, settings: Settings) {
        let address = "\(settings.service.bind):\(settings.port(of: service))"
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            self = .cannotListen(service: service.rawValue, address: address, reason: "the port is in use")
        case let error as IOError:
            self = .cannotListen(
                service: service.rawValue, address: address, reason: String(cString: strerror(error.errnoCode)))
        default:
            self = .stopped(service: service.rawValue, reason: "\(error)")
        }
    }
}

extension ServiceFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotListen(let service, let address, let reason): "\(service): cannot listen on \(address): \(reason)"
        case .stopped(let service, let reason): "\(service): stopped: \(reason)"
        }
    }
}
