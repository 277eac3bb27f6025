extension Filter {
    static let randomFilters: [String: Filter] = [:]
}
