/// YAML tags that this parser knows, in the long form in which libyaml reports them.
enum Tag {
    static let unsafe = "!unsafe"

    private static let core = "tag:yaml.org,2002:"

    /// `!!int` for `tag:yaml.org,2002:int`; every other tag as it is.
    static func short(_ tag: String) -> String {
        tag.hasPrefix(core) ? "!!" + tag.dropFirst(core.count) : tag
    }

    static func isVault(_ tag: String) -> Bool {
        tag == "!vault" || tag == "!vault-encrypted"
    }
}
