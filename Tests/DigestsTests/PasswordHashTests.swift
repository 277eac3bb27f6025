import Digests
import Testing

@Suite struct PasswordHashTests {
    /// As `openssl passwd` and passlib print them.
    @Test func hashesAsOtherImplementationsDo() {
        #expect(
            PasswordHash(.sha512).text(of: "Hello world!", salt: "saltstring")
                == "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
        )
        #expect(
            PasswordHash(.sha256).text(of: "Hello world!", salt: "saltstring")
                == "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5")
        #expect(
            PasswordHash(.sha512, rounds: 10000).text(of: "Hello world!", salt: "saltstringsaltstring")
                == "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v."
        )
        #expect(
            PasswordHash(.sha256, rounds: 10000).text(of: "Hello world!", salt: "saltstringsaltstring")
                == "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA")
    }

    @Test func digestsAreThoseOfTheCommandsOfTheirNames() {
        #expect(Digest.md5.hex("abc".utf8) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(Digest.sha1.hex("abc".utf8) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(Digest.sha512.hex("".utf8).hasPrefix("cf83e1357eefb8bd"))
        #expect(Digest.sha256.hex("abc".utf8) == SHA256.hex("abc".utf8))
    }
}
