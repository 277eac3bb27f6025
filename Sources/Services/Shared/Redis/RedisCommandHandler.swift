import NIOCore

/// A command on its way through the pipeline, and who waits for its answer.
struct RedisCommand: Sendable {
    let arguments: [String]
    let answer: EventLoopPromise<RESPValue>
}

/// Answers come in the order of the commands. An answer that is late ends the connection: the ones behind it could no
/// longer be told apart.
final class RedisCommandHandler: ChannelDuplexHandler {
    typealias InboundIn = RESPValue
    typealias OutboundIn = RedisCommand
    typealias OutboundOut = ByteBuffer

    private let server: String
    private let timeout: TimeAmount
    private var waiting: CircularBuffer<(answer: EventLoopPromise<RESPValue>, timer: Scheduled<Void>)> = []
    private var reason = "closed by the server"

    init(server: String, timeout: Duration) {
        self.server = server
        self.timeout = TimeAmount(timeout)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let command = unwrapOutboundIn(data)
        var buffer = context.channel.allocator.buffer(capacity: 64)
        buffer.writeRESPCommand(command.arguments)
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let timer = context.eventLoop.scheduleTask(in: timeout) {
            let (this, context) = handler.value
            this.fail("no answer in time", context)
        }
        waiting.append((command.answer, timer))
        context.write(wrapOutboundOut(buffer), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let (answer, timer) = waiting.popFirst() else { return fail("an answer without a command", context) }
        timer.cancel()
        answer.succeed(unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail("\(error)", context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        while let (answer, timer) = waiting.popFirst() {
            timer.cancel()
            answer.fail(RedisError.lost(server: server, reason: reason))
        }
        context.fireChannelInactive()
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        self.reason = reason
        context.close(promise: nil)
    }
}
