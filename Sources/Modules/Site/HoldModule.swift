import YAML

/// `intchain.site.hold`: takes the site's lock now, where it would be taken with the run's first change: for a step that
/// must not be made beside another run, though it changes no host.
struct HoldModule: Action {
    static let spec = ModuleSpec(
        "intchain.site.hold", summary: "Takes the site's lock before the first change.", arguments: [])

    init(_ arguments: Arguments, in context: ModuleContext) throws {}

    func act(on host: any ActionHost) async throws -> Outcome {
        try await host.holdSite()
        return Outcome(changed: false)
    }
}
