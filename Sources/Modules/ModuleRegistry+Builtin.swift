extension ModuleRegistry {
    /// Every module the tool brings, in alphabetical order.
    package static let builtin = ModuleRegistry(builtinModules)

    private static let builtinModules: [any Module.Type] = [
        AssertModule.self,
        DebugModule.self,
        FailModule.self,
        HealthModule.self,
        MetaModule.self,
        PingModule.self,
        SetFactModule.self,
        SupervisorctlModule.self,
        URIModule.self,
        WaitForModule.self,
    ]
}
