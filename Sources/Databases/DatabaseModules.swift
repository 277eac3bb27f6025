package import Modules

/// The modules of this target, for the registry.
package enum DatabaseModules {
    package static let all: [any Module.Type] = [MySQLStatusModule.self, MySQLSwitchoverModule.self]
}
