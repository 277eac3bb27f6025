import Testing

/// What runs on real MySQL servers, one suite after the other: they share the servers.
@Suite(.serialized) struct RealMySQLTests {}
