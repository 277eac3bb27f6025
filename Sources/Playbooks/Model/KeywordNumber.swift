/// How large a number may be that a keyword gives: larger ones are no time and no count, and no clock reckons with them.
enum KeywordNumber {
    /// The largest number of 32 bits, which many write for "forever".
    static let largest = 2_147_483_647.0
    static let hint = "2147483647 is the most"

    static func tooLarge(_ keyword: String, _ number: String) -> String { "\(keyword): \(number) is too large" }
}
