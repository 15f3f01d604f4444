using System.Net;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Clients;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>How Order queries Menu: quotes that are requested during a call are combined into one call.</summary>
public sealed class MenuClientTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly StandIn _menu = new() { Answer = StandIn.Quote };
    private readonly Gate _gate;
    private readonly HttpClient _http;
    private readonly MenuClient _client;

    public MenuClientTests()
    {
        _gate = new(_menu);
        _http = new(_gate) { BaseAddress = new("http://menu/") };

        // The client's time does not advance, so that a held call counts as just started.
        _client = new(_http, new StoppedTimers());
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task One_that_is_asked_for_alone_is_a_call_of_its_own()
    {
        _gate.Open();

        (await QuoteAsync("margherita")).Succeeded.ShouldBeTrue();

        _gate.Paths.ShouldBe(["/api/menu/quote"]);
    }

    [Fact]
    public async Task Those_that_are_asked_for_meanwhile_are_one_call_and_each_has_its_own_outcome()
    {
        _menu.Answer = request =>
            request.GetProperty("items")[0].GetProperty("pizzaId").GetString() == "sold"
                ? StandIn.Problem(409, "sold-out", "no more of it")
                : StandIn.Quote(request);
        var answers = new[] { "a", "b", "c", "sold", "d" }.Select(QuoteAsync).ToList();

        _gate.Open();
        var outcomes = await Task.WhenAll(answers).WaitAsync(Bound);

        _gate.Paths.ShouldBe(["/api/menu/quote", "/internal/quotes"]);
        outcomes.Where(outcome => outcome.Succeeded).Select(outcome => outcome.Value!.Lines[0].PizzaId).ShouldBe(["a", "b", "c", "d"]);
        outcomes[3]
            .Error!.ShouldSatisfyAllConditions(fault => fault.Code.ShouldBe("sold-out"), fault => fault.Detail.ShouldBe("no more of it"));
    }

    [Fact]
    public async Task A_menu_of_the_release_before_is_asked_for_each()
    {
        _menu.Route = request =>
            request.RequestUri!.AbsolutePath == "/internal/quotes" ? new HttpResponseMessage(HttpStatusCode.NotFound) : null;
        var answers = new[] { "a", "b", "c", "d" }.Select(QuoteAsync).ToList();

        _gate.Open();
        var outcomes = await Task.WhenAll(answers).WaitAsync(Bound);

        outcomes.Select(outcome => outcome.Value!.Lines[0].PizzaId).ShouldBe(["a", "b", "c", "d"]);
        _gate.Paths.Count(path => path == "/api/menu/quote").ShouldBe(4);
    }

    [Theory]
    [InlineData("""{"answers":[]}""")]
    [InlineData("""{}""")]
    [InlineData("""{"answers":[{},{}]}""")]
    [InlineData("""{"answers":[{"refusal":{"slug":"forbidden","detail":"no"}},{"refusal":{"slug":"x","detail":"no"}}]}""")]
    [InlineData("[")]
    public async Task An_answer_that_is_none_is_a_menu_that_does_not_answer(string body)
    {
        _menu.Route = request =>
            request.RequestUri!.AbsolutePath == "/internal/quotes" ? StandIn.Json(HttpStatusCode.OK, JsonOf(body)) : null;
        var answers = new[] { "a", "b", "c" }.Select(QuoteAsync).ToList();

        _gate.Open();
        var outcomes = await Task.WhenAll(answers).WaitAsync(Bound);

        outcomes.Skip(1).ShouldAllBe(outcome => outcome.Error!.Code == "menu-unavailable");
    }

    private static object JsonOf(string body) => body == "[" ? "no object" : JsonSerializer.Deserialize<JsonElement>(body);

    private Task<Result<QuoteResponse>> QuoteAsync(string pizzaId) =>
        _client.QuoteAsync([new(pizzaId, PizzaSize.Small, null, 1)], CancellationToken.None);

    /// <summary>Holds every call until the test opens it.</summary>
    private sealed class Gate(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<string> _paths = [];

        public IReadOnlyList<string> Paths
        {
            get
            {
                lock (_paths)
                {
                    return [.. _paths];
                }
            }
        }

        public void Open() => _open.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (_paths)
            {
                _paths.Add(request.RequestUri!.AbsolutePath);
            }

            await _open.Task;
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class StoppedTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer();

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => default;
        }
    }
}
