extension Filter {
    static let yamlFilters: [String: Filter] = [:]
}
