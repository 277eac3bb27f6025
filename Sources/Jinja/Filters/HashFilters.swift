extension Filter {
    static let hashFilters: [String: Filter] = [:]
}
