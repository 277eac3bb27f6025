import CLibCurl

/// The C functions that curl calls during a transfer; their context is the `Exchange`.
enum Callbacks {
    static let body: curlprobe_data_callback = { data, size, count, context in
        guard let context, let data else { return 0 }
        let taken = exchange(context).take(body: UnsafeRawBufferPointer(start: data, count: size * count))
        return taken ? size * count : 0
    }

    static let header: curlprobe_data_callback = { data, size, count, context in
        guard let context, let data else { return 0 }
        let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
        exchange(context).take(header: String(decoding: bytes, as: UTF8.self))
        return size * count
    }

    /// Not zero ends the transfer.
    static let progress: curlprobe_progress_callback = { context, _, _, _, _ in
        guard let context else { return 1 }
        return exchange(context).cancellation.isCancelled ? 1 : 0
    }

    /// A socket for the relay's address, once: a second connection would speak into the first one's stream.
    static let open: curlprobe_open_callback = { context, _, address in
        guard let context, let address, let relay = exchange(context).takeRelay() else { return -1 }
        return relay.open(address)
    }

    private static func exchange(_ context: UnsafeMutableRawPointer) -> Exchange {
        Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    }
}
