import Testing

@testable import Databases

private let a = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
private let b = "4e11fa47-71ca-11e1-9e33-c80aa9429562"

@Suite struct GTIDSetTests {
    private func set(_ text: String) throws -> GTIDSet { try #require(GTIDSet(text), "\(text)") }

    @Test func readsWhatServersWrite() throws {
        #expect(try set("").isEmpty)
        #expect(try set("\(a):1-5:7,\n\(b):1").description == "\(a):1-5:7,\(b):1")
        #expect(try set("\(a.uppercased()):1-3:4-6").description == "\(a):1-6")
        #expect(try set("\(a):1-5:backup:2-3:9").description == "\(a):1-5,\(a):backup:2-3:9")
        #expect(try set("\(a):1-5:7").count == 6)
    }

    @Test(arguments: ["nonsense", "\(a)", "\(a):0", "\(a):5-1", "0-1-100", "\(a):1-2-3"])
    func refusesWhatIsNone(text: String) {
        #expect(GTIDSet(text) == nil)
    }

    /// Left, right, left without right.
    @Test(arguments: [
        ("\(a):1-10", "\(a):1-10", ""), ("\(a):1-10", "\(a):3-5", "\(a):1-2:6-10"), ("\(a):1-10", "", "\(a):1-10"),
        ("\(a):1-10,\(b):1-2", "\(a):1-20", "\(b):1-2"), ("\(a):1-3:7-9", "\(a):2-8", "\(a):1:9"),
        ("\(a):x:1-3", "\(a):1-3", "\(a):x:1-3"), ("\(a):5", "\(a):1-4:6-9", "\(a):5"),
    ])
    func subtracts(left: String, right: String, rest: String) throws {
        #expect(try set(left).subtracting(set(right)) == set(rest))
        #expect(try set(right).contains(set(left)) == rest.isEmpty)
    }

    @Test func joins() throws {
        #expect(try set("\(a):1-3").union(set("\(a):4-5,\(b):1")) == set("\(a):1-5,\(b):1"))
    }
}
