/// One round trip as bytes for the loop: a header line, the script, the inputs and a line that ends them.
struct Request: Sendable {
    private let nonce: Nonce
    private let fragments: [Fragment]
    private var script: [UInt8] = []

    init(_ fragments: [Fragment], nonce: Nonce) {
        self.nonce = nonce
        self.fragments = fragments
    }

    /// - Parameter preamble: the text that goes before the fragments, once a shell.
    func encoded(after preamble: String = "") -> [UInt8] {
        var request = self
        request.script.reserveCapacity(
            preamble.utf8.count + fragments.reduce(256) { $0 + $1.shell.text.utf8.count + 64 })
        request.append(preamble)
        request.append("\n_ic_begin\n")
        let inputs = request.appendInputs()
        request.append("_ic_watch\n")
        request.appendRuns()
        request.append("_ic_answer\n#\(nonce)")
        return request.framed(inputs: inputs, isFirst: !preamble.isEmpty)
    }

    /// The beginning of a request whose only fragment is fed by the frames that follow (`Preamble.feeding`).
    func encodedForFeeding() -> [UInt8] {
        var request = self
        request.append("\n_ic_begin\n")
        let inputs = request.appendInputs()
        for (index, fragment) in fragments.enumerated() {
            if !fragment.inputs.isEmpty { request.append("_ic_i=$_ic_\(index)\n") }
            request.append("_ic_feed ")
            request.appendQuoted(fragment.shell.text)
            request.append(" '\(Self.names(of: fragment, index: index))'\n")
            if !fragment.inputs.isEmpty { request.append("rm -f \"$_ic_i\"/i\(index).*\n") }
        }
        request.append("_ic_watch\n_ic_answer\n#\(nonce)")
        return request.framed(inputs: inputs, isFollowed: true)
    }

    private static func names(of fragment: Fragment, index: Int) -> String {
        fragment.inputs.indices.map { "in\($0 + 1)=$_ic_i/i\(index).\($0 + 1)" }.joined(separator: " ")
    }

    /// - Parameter isFirst: the preamble's functions are not there yet.
    private func framed(inputs: Int, isFollowed: Bool = false, isFirst: Bool = false) -> [UInt8] {
        // Only an exact reader may be used when more follows the script.
        let header =
            switch (inputs > 0 || isFollowed, isFirst) {
            case (false, _): "\(script.count) head -c"
            case (true, false): "\(script.count) _ic_exactly"
            case (true, true): "bs=\(script.count) dd count=1 iflag=fullblock status=none"
            }
        var bytes = Array("\(header)\n".utf8)
        bytes.reserveCapacity(bytes.count + script.count + inputs + 64)
        bytes += script
        guard inputs > 0 else { return bytes }
        for fragment in fragments {
            for input in fragment.inputs { bytes += input }
        }
        bytes += Array("\(nonce)\n".utf8)
        return bytes
    }

    /// The lines that read the inputs off the connection, before anything runs.
    private mutating func appendInputs() -> Int {
        var total = 0
        for (index, fragment) in fragments.enumerated() where !fragment.inputs.isEmpty {
            let size = fragment.inputs.reduce(0) { $0 + $1.count }
            total += size
            append("\(fragment.effect == .changes ? "_ic_job" : "_ic_dir") \(size); _ic_\(index)=$_ic_i\n")
            for (number, input) in fragment.inputs.enumerated() {
                append("_ic_take \(input.count) i\(index).\(number + 1)\n")
            }
        }
        guard fragments.contains(where: { !$0.inputs.isEmpty }) else { return 0 }
        append("read -r _ic_x <&3; [ \"$_ic_x\" = \"$k\" ] || exit 1\n")
        return max(total, 1)
    }

    /// A reading fragment always lets the next one run; a change that fails ends the chain.
    private mutating func appendRuns() {
        for (index, fragment) in fragments.enumerated() {
            appendRun(fragment, index: index)
            append(index + 1 < fragments.count ? " &&\n" : "\n")
        }
    }

    private mutating func appendRun(_ fragment: Fragment, index: Int) {
        append("{ ")
        if !fragment.inputs.isEmpty {
            append("_ic_i=$_ic_\(index); _ic_have i\(index) && ")
        } else if fragment.effect == .changes {
            append("_ic_job 0; ")
        }
        let seconds = fragment.timeout.map { max(1, $0.components.seconds + ($0.components.attoseconds > 0 ? 1 : 0)) }
        switch (fragment.effect, seconds) {
        case (.changes, _): append("_ic_change ")
        case (.reads, nil): append("_ic_read ")
        case (.reads, _): append("_ic_timed ")
        }
        appendQuoted(fragment.shell.text)
        append(" '\(Self.names(of: fragment, index: index))' \(seconds.map { "\($0)" } ?? "''")")
        if fragment.effect == .changes { append(" \(fragment.streams ? "\(index)" : "''")") }
        if fragment.effect == .reads, !fragment.inputs.isEmpty {
            append("; rm -f \"$_ic_i\"/i\(index).*")
        }
        append("; }")
    }

    private mutating func append(_ text: String) { script += text.utf8 }

    private mutating func appendQuoted(_ text: String) {
        script.append(UInt8(ascii: "'"))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") {
                script += "'\\''".utf8
            } else {
                script.append(byte)
            }
        }
        script.append(UInt8(ascii: "'"))
    }
}
