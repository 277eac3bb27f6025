import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// One process: a service or the gateway with everything it runs on, from start to SIGTERM.
package struct ServiceProcess: Sendable {
    let service: ServiceName
    let settings: Settings
    let logger: Logger
    let overrun: @Sendable () -> Void
    let draining = Draining()

    /// - Parameter overrun: called when the process should have ended some time after SIGTERM but has not.
    package init(
        _ service: ServiceName, settings: Settings, logger: Logger, overrun: @escaping @Sendable () -> Void
    ) {
        self.service = service
        self.settings = settings
        self.logger = logger
        self.overrun = overrun
    }

    /// Serves until SIGTERM or SIGINT, then finishes what is in flight; throws `ServiceFailure`.
    package func run() async throws {
        let mySQL = ServerPair(kind: "MySQL", addresses: settings.mySQL.hosts)
        let redis = RedisClient(settings.redis)
        let gateway = service == .gateway ? GatewayClients(settings) : nil
        let router = router(mySQL: mySQL, redis: redis, gateway: gateway)
        // Shut down in reverse: the gate, the server, then what its requests use.
        var services: [any Service] = settings.mySQL.monitors(of: mySQL, logger: logger)
        services += redis.monitors(logger: logger)
        if let gateway { services.append(gateway) }
        services.append(server(router))
        services.append(
            ShutdownGate(draining: draining, settings: settings.shutdown, logger: logger, overrun: overrun))
        try await serve(services)
        await redis.close()
    }

    private func router(
        mySQL: ServerPair, redis: RedisClient, gateway: GatewayClients?
    ) -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestIdentity())
        router.add(middleware: CloseWhenDraining(draining))
        router.add(middleware: JSONErrors())
        HealthCheck(
            service: service, release: Release.id(file: settings.release.file), mySQL: mySQL, redis: redis.pair,
            draining: draining, upstreams: gateway?.healthOfServices
        ).addRoute(to: router)
        gateway?.addRoutes(to: router)
        if let backend = service.backend {
            let pool = ConnectionPool(settings.mySQL.login, count: settings.mySQL.connections)
            let database = WritableDatabase(pair: mySQL, statements: pool, deadline: settings.mySQL.deadline)
            backend.addRoutes(to: router, database: database, redis: redis)
            if settings.probes.enabled {
                ProbeRoutes(
                    service: service, mySQL: MySQLProbes(database, of: service), redis: RedisProbes(redis, of: service)
                ).add(to: router)
            }
        }
        return router
    }

    private func server(_ router: Router<ServiceContext>) -> some Service {
        Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: TimeAmount(settings.service.keepAlive))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.service.bind, port: settings.port(of: service)), backlog: 1024),
            logger: logger)
    }

    private func serve(_ services: [any Service]) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                ServiceGroupConfiguration.ServiceConfiguration(service: $0, serviceName: "\(type(of: $0))")
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.shutdown.timeout
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            guard draining.isOn else { throw ServiceFailure(error, service: service, settings: settings) }
            logger.warning("requests were cut off at the end", metadata: ["reason": "\(error)"])
        }
        logger.info("stopped")
    }
}
