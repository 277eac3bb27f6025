/// The two ways in which words get capitals.
enum TitleCase {
    /// Python's `str.title`: a capital after anything that is no letter.
    static func python(_ text: String) -> String {
        var result = ""
        var isInWord = false
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            result += isInWord ? properties.lowercaseMapping : properties.titlecaseMapping
            isInWord = properties.isCased
        }
        return result
    }

    /// Jinja's `title`: a capital after white space, dashes and opening brackets.
    static func jinja(_ text: String) -> String {
        var result = ""
        var isInWord = false
        for scalar in text.unicodeScalars {
            let isSeparator = scalar.properties.isWhitespace || "-({[<".unicodeScalars.contains(scalar)
            let properties = scalar.properties
            result += isInWord ? properties.lowercaseMapping : properties.uppercaseMapping
            isInWord = !isSeparator
        }
        return result
    }
}
