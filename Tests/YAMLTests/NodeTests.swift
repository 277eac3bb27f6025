import Diagnostics
import Testing
import YAML

@Suite struct NodeTests {
    private func parse(_ text: String) throws -> Node {
        try #require(try Node.parse(text, file: "f"))
    }

    @Test func rememberPlaces() throws {
        let node = try parse("a:\n  - x\n  - é: y\n")
        let items = try #require(node["a"]?.sequence)
        #expect(items.map(\.place.description) == ["f:2:5", "f:3:5"])
        #expect(items[1]["é"]?.place.description == "f:3:8")
    }

    @Test func placesATaggedScalarAtItsText() throws {
        let node = try parse("a: &x !!str  text\nb: !!str\n  more\n")
        #expect(node["a"]?.place.description == "f:1:14")
        #expect(node["b"]?.place.description == "f:3:3")
    }

    @Test func tellsPlacesInsideABlockScalar() throws {
        let node = try parse("a:\n  b: |\n    one\n      {{ x }}\n")
        let block = try #require(node["a"]?["b"])
        #expect(block.scalar?.indent == 5)
        #expect(block.place(atOffset: 6).description == "f:4:7")
        #expect(block.place(atOffset: 0).description == "f:3:5")
    }

    @Test func tellsPlacesInsideFoldedLines() throws {
        let node = try parse(
            """
            folded: >
              one
              two

              three
                deeper
              last
            plain: one
              two

              three
            single: 'it''s
              two'
            double: "a\\tb
              two \\
              three"
            """)
        for (key, places) in [
            ("folded", ["one": "2:3", "two": "3:3", "three": "5:3", "deeper": "6:5", "last": "7:3"]),
            ("plain", ["one": "8:8", "two": "9:3", "three": "11:3"]), ("single", ["two": "13:3"]),
            ("double", ["two": "15:3", "three": "16:3"]),
        ] {
            let scalar = try #require(node[key])
            for (word, place) in places {
                let text = try #require(scalar.string)
                let range = try #require(text.firstRange(of: word))
                let offset = text.unicodeScalars.distance(from: text.startIndex, to: range.lowerBound)
                #expect(scalar.place(atOffset: offset).description == "f:\(place)", "\(key) \(word)")
            }
        }
    }

    @Test func marksUnsafeScalarsAndWhatIsInsideUnsafeCollections() throws {
        let node = try parse("a: !unsafe '{{ x }}'\nb: !unsafe [y, {k: z}]\nc: w\n")
        #expect(node["a"]?.scalar?.isUnsafe == true)
        #expect(node["a"]?.string == "{{ x }}")
        #expect(node["b"]?.sequence?[1]["k"]?.scalar?.isUnsafe == true)
        #expect(node["c"]?.scalar?.isUnsafe == false)
    }

    @Test func keepsThePlaceOfAMergedEntry() throws {
        let node = try parse("a: &a {x: 1}\nb: {<<: *a, y: 2}\n")
        #expect(node["b"]?.entry("x")?.key.place.description == "f:1:8")
        #expect(node["b"]?.value == ["x": 1, "y": 2])
    }

    @Test func isNilForAnEmptyDocument() throws {
        #expect(try Node.parse("", file: "f") == nil)
        #expect(try Node.parse("---\n# nothing\n", file: "f") == nil)
    }
}
