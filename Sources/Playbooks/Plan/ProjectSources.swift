package import Fleet

/// What a plan is made from: the files that were read, the inventory, the variables of the command line.
package struct ProjectSources: Sendable {
    let files: NotedFiles
    let inventory: Inventory
    let extraVars: RawVariables

    package init(files: NotedFiles, inventory: Inventory, extraVars: RawVariables) {
        self.files = files
        self.inventory = inventory
        self.extraVars = extraVars
    }

    func state(_ seal: PlanSeal) -> ProjectState {
        ProjectState(files: files.digests, inventory: inventory, extraVars: extraVars, seal: seal)
    }
}
