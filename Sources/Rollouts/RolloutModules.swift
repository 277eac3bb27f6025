package import Modules

/// The modules of this target, for the registry.
package enum RolloutModules {
    package static let all: [any Module.Type] = [MigrateModule.self, ReleaseModule.self, RolloutModule.self]
}
