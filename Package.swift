// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is built the same way: Swift 6, explicit existentials, imports that stay inside, no warnings.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let collections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, resources: resources,
        swiftSettings: settings)
}

/// The tool: nothing here may depend on the services' packages, so that its edit-build-test loop stays short.
var targets: [Target] = [
    .executableTarget(name: "intchainctl", dependencies: ["Commands"], swiftSettings: settings),
    library(
        "Commands",
        [
            "BlockingIO", "CurlProbe", "Databases", "Diagnostics", "Fleet", "Health", "Jinja", "Lab", "Modules",
            "Playbooks", "Remote",
            "Rollouts", "SSHTransport", "YAML", argumentParser, collections, subprocess, systemPackage,
        ]),
    library(
        "Rollouts",
        [
            "BlockingIO", "Deflate", "Diagnostics", "Digests", "Modules", "Remote", "YAML", collections, subprocess,
            systemPackage,
        ]),
    library(
        "Playbooks", ["Diagnostics", "Digests", "Fleet", "Jinja", "Modules", "Remote", "YAML", collections]),
    library("Modules", ["Diagnostics", "Digests", "Health", "Remote", "YAML", collections]),
    library("Databases", ["Diagnostics", "Modules", "Remote", "YAML", collections]),
    library("Lab", ["Diagnostics", subprocess, systemPackage]),
    library("CurlProbe", ["BlockingIO", "CLibCurl", "Health"]),
    library("Health", ["Remote"]),
    library("SSHTransport", ["BlockingIO", "CLibSSH", "Diagnostics", "Remote"]),
    library("Remote", ["BlockingIO"]),
    library("Jinja", ["Diagnostics", "Digests", "YAML", collections]),
    library("Fleet", ["Diagnostics", "YAML", collections]),
    library("YAML", ["CLibYAML", "Diagnostics", collections]),
    library("Digests", ["CLibCrypto"]),
    library("Deflate", ["CLibZ"]),
    library("Diagnostics"),
    library("BlockingIO"),
    .systemLibrary(
        name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"])]),
    .systemLibrary(
        name: "CLibCurl", pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"]), .yum(["libcurl-devel"])]),
    .systemLibrary(
        name: "CLibSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"]), .yum(["libssh-devel"])]),
    .systemLibrary(
        name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .yum(["libyaml-devel"])]),
    .systemLibrary(name: "CLibZ", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"])]),
    tests("BlockingIO"),
    tests(
        "Commands",
        [
            "Databases", "Diagnostics", "Fleet", "Health", "Modules", "Playbooks", "Remote", "Rollouts", "YAML",
            argumentParser, collections,
        ]),
    tests("CurlProbe", ["Health", "Remote"]),
    tests("Databases", ["Health", "Modules", "Remote", "YAML", collections]),
    tests("Diagnostics"),
    tests("Digests"),
    tests(
        "Fleet", ["Diagnostics", "YAML", collections, subprocess, systemPackage], resources: [.copy("Cases")]),
    tests("Health", ["Remote"]),
    tests("Jinja", ["Diagnostics", "YAML", collections, subprocess, systemPackage], resources: [.copy("Cases")]),
    tests("Lab", [systemPackage]),
    tests(
        "Modules", ["Diagnostics", "Digests", "Health", "Remote", "YAML", collections, subprocess],
        resources: [.copy("Cases")]),
    tests(
        "Playbooks",
        [
            "Diagnostics", "Fleet", "Health", "Jinja", "Modules", "Remote", "YAML", collections, subprocess,
            systemPackage,
        ], resources: [.copy("Cases"), .copy("Mistakes")]),
    tests("Remote", [subprocess]),
    tests("Rollouts", ["Digests", "Health", "Modules", "Remote", "YAML", collections, subprocess, systemPackage]),
    tests("SSHTransport", ["Remote", subprocess]),
    tests("YAML", ["Diagnostics", collections, subprocess, systemPackage]),
    .testTarget(
        name: "IntegrationTests",
        dependencies: ["CurlProbe", "Health", "Lab", "YAML", collections, subprocess, systemPackage],
        exclude: [
            "Load/faulty-gateway.py", "Load/post-probes.py", "Load/webhook.py", "Load/slow-proxy.py", "TwinCases",
        ],
        swiftSettings: settings),
]

var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
]

var products: [Product] = [.executable(name: "intchainctl", targets: ["intchainctl"])]

/// `INTCHAIN_TOOL_ONLY=1` leaves the services and their packages out, so that the tool's own tests build in a minute.
if Context.environment["INTCHAIN_TOOL_ONLY"] == nil {
    products.append(.executable(name: "intchain-service", targets: ["intchain-service"]))
    dependencies += [
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.10.0"),
    ]
    targets += [
        .executableTarget(
            name: "intchain-service", dependencies: ["Services", argumentParser], swiftSettings: settings,
            linkerSettings: [
                .unsafeFlags(["-static-stdlib"]),
                .linkedLibrary("_FoundationCollections"), .linkedLibrary("_FoundationCShims"),
            ]),
        library(
            "Services",
            [
                "Diagnostics", "Digests", "MariaDB",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        library("MariaDB", ["BlockingIO", "CMariaDB"]),
        .systemLibrary(
            name: "CMariaDB", pkgConfig: "libmariadb",
            providers: [.apt(["libmariadb-dev"]), .yum(["mariadb-connector-c-devel"])]),
        tests("MariaDB"),
        tests(
            "Services",
            [
                "MariaDB",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
    ]
}

let package = Package(
    name: "intchain-deploy", products: products, dependencies: dependencies, targets: targets)
