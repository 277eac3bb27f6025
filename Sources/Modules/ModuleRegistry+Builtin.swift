extension ModuleRegistry {
    /// Every module the tool brings, in alphabetical order.
    package static let builtin = ModuleRegistry(builtinModules)

    private static let builtinModules: [any Module.Type] = [
        AptModule.self,
        AssertModule.self,
        CommandModule.self,
        CopyModule.self,
        DebugModule.self,
        DnfModule.self,
        FailModule.self,
        FileModule.self,
        GroupModule.self,
        HealthModule.self,
        LineInFileModule.self,
        MetaModule.self,
        MySQLDatabaseModule.self,
        MySQLUserModule.self,
        PackageModule.self,
        PingModule.self,
        ServiceModule.self,
        SetFactModule.self,
        ShellModule.self,
        StatModule.self,
        SupervisorctlModule.self,
        SystemdModule.self,
        TemplateModule.self,
        URIModule.self,
        UserModule.self,
        WaitForModule.self,
    ]
}
