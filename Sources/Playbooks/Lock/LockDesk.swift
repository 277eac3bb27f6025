package import Remote

/// The site's lock as a person handles it: looked at, taken and given back on every host of the inventory.
package struct LockDesk: Sendable {
    let site: Site

    package init(_ site: Site) {
        self.site = site
    }

    package struct Row: Sendable {
        package var host: String
        /// What was seen; the error of a host that could not be asked.
        package var sighting: Result<LockSighting, any Error>
    }

    /// Looks at every host.
    package func look(at hosts: [String]) async -> [Row] {
        await all(hosts) { session, file in
            let reply = try await session.aside([.reads(file.look)], as: nil).first
            return LockSighting(parsing: reply?.stdout ?? [])
        }
    }

    /// Takes the lock on every host for a person; where that fails it is given back everywhere.
    /// - Returns: the hosts that could not be asked.
    /// - Throws: `LockRefusal`.
    package func take(_ lock: SiteLock, on hosts: [String]) async throws -> [Row] {
        var rows: [Row] = []
        do {
            for host in hosts {
                do {
                    let session = try site.session(of: host)
                    try await lock.take(on: session, as: try BecomeSettings.root(of: host, site: site))
                } catch let error as TransportError {
                    rows.append(Row(host: host, sighting: .failure(error)))
                }
            }
        } catch {
            await lock.release()
            throw error
        }
        return rows
    }

    /// Gives back what a holder has, on every host.
    package func release(_ token: String, on hosts: [String]) async -> [Row] {
        let site = site
        return await all(hosts) { session, file in
            let root = try BecomeSettings.root(of: session.host, site: site)
            let replies = try await session.aside([file.release(token), .reads(file.look)], as: root)
            return LockSighting(parsing: replies.last?.stdout ?? [])
        }
    }

    package func close() async { await site.closeAll() }

    private func all(
        _ hosts: [String], _ ask: @escaping @Sendable (HostSession, LockFile) async throws -> LockSighting
    ) async -> [Row] {
        let file = site.lock?.file ?? LockFile()
        let site = site
        return await withTaskGroup(of: (Int, Row).self) { group in
            for (index, host) in hosts.enumerated() {
                group.addTask {
                    do {
                        return (
                            index, Row(host: host, sighting: .success(try await ask(try site.session(of: host), file)))
                        )
                    } catch {
                        return (index, Row(host: host, sighting: .failure(error)))
                    }
                }
            }
            var rows: [(Int, Row)] = []
            for await row in group { rows.append(row) }
            return rows.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
