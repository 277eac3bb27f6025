package import Modules

/// The modules of this target, for the registry.
package enum DatabaseModules {
    package static let all: [any Module.Type] = [
        MySQLAbandonedModule.self, MySQLFailoverModule.self, MySQLRejoinModule.self, MySQLSeedModule.self,
        MySQLSettleModule.self, MySQLStatusModule.self, MySQLSwitchoverModule.self,
        RedisFailoverModule.self, RedisRejoinModule.self, RedisStatusModule.self,
        SentinelFailoverModule.self, SentinelRejoinModule.self, SentinelStatusModule.self,
    ]
}
