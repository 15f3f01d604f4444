using System.Net;
using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.KitchenService.Features;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class UndoTests : IAsyncDisposable
{
    private readonly KitchenFactory _kitchen = new();

    public ValueTask DisposeAsync() => _kitchen.DisposeAsync();

    [Fact]
    public async Task A_start_that_is_taken_back_frees_the_slot_and_the_ticket_waits_again()
    {
        var told = new Heard<TicketStepUndone>(_kitchen);
        await _kitchen.QueueAsync("order-1");
        await StepAsync("start").JsonAsync();

        var ticket = await StepAsync("undo").JsonAsync();

        ticket.GetProperty("state").GetString().ShouldBe("queued");
        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
        await Answers.EventuallyAsync(() => Task.FromResult(!told.Messages.IsEmpty), "the undo is told");
        var undone = told.Messages.Single();
        (undone.Step, undone.Chef, undone.TicketVersion).ShouldBe(
            (TicketStep.Queued, null, (await _kitchen.FindAsync("order-1"))!.Version)
        );
        _kitchen.Order.Calls.ShouldBe(0);
        await StepAsync("start").JsonAsync();
    }

    [Fact]
    public async Task A_ready_ticket_that_is_taken_back_cooks_again_in_a_slot_with_its_first_chef()
    {
        await ReadyAsync();

        var ticket = await StepAsync("undo").JsonAsync();

        (ticket.GetProperty("state").GetString(), ticket.GetProperty("chef").GetString()).ShouldBe(("cooking", "chef-1"));
        (await _kitchen.SlotsAsync()).ShouldBe(["order-1"]);
        await StepAsync("ready").JsonAsync();
        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repeated_request_to_finish_a_ticket_that_was_undone_since_keeps_the_slot_in_which_it_cooks()
    {
        await _kitchen.QueueAsync("order-1");
        await StepAsync("start").JsonAsync();
        var handled = new HandledMessage(Guid.NewGuid(), "request");
        (await FinishAsync(handled)).State.ShouldBe(TicketState.Ready);
        await StepAsync("undo").JsonAsync();

        (await FinishAsync(handled)).State.ShouldBe(TicketState.Cooking);

        (await _kitchen.SlotsAsync()).ShouldBe(["order-1"]);
    }

    [Fact]
    public async Task A_repeated_request_to_finish_a_ticket_frees_the_slot_that_the_first_one_left()
    {
        await _kitchen.QueueAsync("order-1");
        await StepAsync("start").JsonAsync();
        var handled = new HandledMessage(Guid.NewGuid(), "request");
        await FinishAsync(handled);
        (await _kitchen.Get<OvenSlots>().ReserveAsync("order-1", default)).OrThrow();

        (await FinishAsync(handled)).State.ShouldBe(TicketState.Ready);

        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repeated_request_to_start_a_ticket_whose_start_was_undone_since_holds_no_slot()
    {
        await _kitchen.QueueAsync("order-1");
        var handled = new HandledMessage(Guid.NewGuid(), "request");
        (await StartAsync(handled)).State.ShouldBe(TicketState.Cooking);
        await StepAsync("undo").JsonAsync();

        (await StartAsync(handled)).State.ShouldBe(TicketState.Queued);

        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repeated_request_to_start_a_ticket_that_was_undone_and_started_again_since_keeps_the_slot_in_which_it_cooks()
    {
        await _kitchen.QueueAsync("order-1");
        var handled = new HandledMessage(Guid.NewGuid(), "request");
        await StartAsync(handled);
        await StepAsync("undo").JsonAsync();
        await StepAsync("start").JsonAsync();

        (await StartAsync(handled)).State.ShouldBe(TicketState.Cooking);

        (await _kitchen.SlotsAsync()).ShouldBe(["order-1"]);
    }

    [Fact]
    public async Task A_repeated_request_to_undo_a_ticket_that_is_ready_again_holds_no_slot_and_does_not_ask_Order_again()
    {
        await ReadyAsync();
        var handled = new HandledMessage(Guid.NewGuid(), "request");
        (await UndoAsync(handled)).State.ShouldBe(TicketState.Cooking);
        await StepAsync("ready").JsonAsync();

        (await UndoAsync(handled)).State.ShouldBe(TicketState.Ready);

        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
        _kitchen.Order.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_repeated_request_to_undo_a_start_frees_the_slot_that_the_first_one_left()
    {
        await _kitchen.QueueAsync("order-1");
        await StepAsync("start").JsonAsync();
        var handled = new HandledMessage(Guid.NewGuid(), "request");
        await UndoAsync(handled);
        (await _kitchen.Get<OvenSlots>().ReserveAsync("order-1", default)).OrThrow();

        (await UndoAsync(handled)).State.ShouldBe(TicketState.Queued);

        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repeated_request_to_undo_a_start_keeps_the_slot_in_which_the_ticket_cooks_again()
    {
        await _kitchen.QueueAsync("order-1");
        await StepAsync("start").JsonAsync();
        var handled = new HandledMessage(Guid.NewGuid(), "request");
        (await UndoAsync(handled)).State.ShouldBe(TicketState.Queued);
        await StepAsync("start").JsonAsync();

        (await UndoAsync(handled)).State.ShouldBe(TicketState.Cooking);

        (await _kitchen.SlotsAsync()).ShouldBe(["order-1"]);
    }

    [Fact]
    public async Task A_step_is_taken_back_once_and_within_two_minutes()
    {
        await ReadyAsync();
        await StepAsync("undo").JsonAsync();
        await StepAsync("undo").ProblemAsync(409, "illegal-transition");
        await StepAsync("ready").JsonAsync();

        // The token is issued before the clock is advanced, because the machine's clock is not advanced.
        using var chef = _kitchen.As(Roles.Chef);
        _kitchen.Clock.Advance(TimeSpan.FromSeconds(121));
        await chef.PostAsync("/api/kitchen/tickets/order-1/undo").ProblemAsync(409, "illegal-transition");

        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Ready);
    }

    [Fact]
    public async Task Nothing_is_taken_back_of_a_ticket_that_waits_or_is_not_there()
    {
        await _kitchen.QueueAsync("order-1");

        await StepAsync("undo").ProblemAsync(409, "illegal-transition");
        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/never-heard-of/undo").ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task What_a_driver_has_stays_ready_and_its_slot_is_given_back()
    {
        await ReadyAsync();
        _kitchen.Order.Answer = _ => new HttpResponseMessage(HttpStatusCode.Conflict);

        await StepAsync("undo").ProblemAsync(409, "illegal-transition");

        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Ready);
        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_taken_back_while_Order_can_not_be_asked()
    {
        await ReadyAsync();
        _kitchen.Order.Answer = _ => new HttpResponseMessage(HttpStatusCode.InternalServerError);

        await StepAsync("undo").ProblemAsync(503, "unavailable");

        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Ready);
        (await _kitchen.SlotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_kitchen_takes_nothing_back_from_the_counter_and_does_not_ask()
    {
        await ReadyAsync();
        await _kitchen.As(Roles.Manager).PutAsync("/api/kitchen/capacity", new { capacity = 1 }).JsonAsync();
        await _kitchen.QueueAsync("order-2");
        await _kitchen.As(Roles.Chef).PostAsync("/api/kitchen/tickets/order-2/start").JsonAsync();

        await StepAsync("undo").ProblemAsync(409, "kitchen-at-capacity");

        _kitchen.Order.Calls.ShouldBe(0);
        (await _kitchen.SlotsAsync()).ShouldBe(["order-2"]);
    }

    [Fact]
    public async Task Of_two_undos_at_once_one_is_carried_out()
    {
        await ReadyAsync();

        var answers = await Task.WhenAll(StepAsync("undo"), StepAsync("undo"));

        answers.Select(answer => answer.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict]);
        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Cooking);
        (await _kitchen.SlotsAsync()).ShouldBe(["order-1"]);
    }

    [Fact]
    public async Task Of_an_undone_start_and_a_withdrawal_whichever_is_first_no_slot_is_lost()
    {
        for (var n = 0; n < 10; n++)
        {
            var order = $"order-{n}";
            await _kitchen.QueueAsync(order);
            await _kitchen.As(Roles.Chef).PostAsync($"/api/kitchen/tickets/{order}/start").JsonAsync();

            var undoing = _kitchen.As(Roles.Chef).PostAsync($"/api/kitchen/tickets/{order}/undo");
            var withdrawing = Service().PostAsync($"/internal/tickets/{order}/withdraw");
            using var undone = await undoing;
            using var withdrawn = await withdrawing;

            undone.IsSuccessStatusCode.ShouldBeTrue();
            var state = (await _kitchen.FindAsync(order))!.State;
            state.ShouldBe(withdrawn.IsSuccessStatusCode ? TicketState.Withdrawn : TicketState.Queued);
            (await _kitchen.SlotsAsync()).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_cancellation_before_the_undo_of_a_start_keeps_the_ticket_withdrawn()
    {
        await _kitchen.QueueAsync("order-1");
        await StepAsync("start").JsonAsync();
        await _kitchen.TellAsync(KitchenFactory.Cancelled("order-1"));
        await Answers.EventuallyAsync(
            async () => (await _kitchen.FindAsync("order-1"))!.State == TicketState.Withdrawn,
            "the ticket withdrawn"
        );

        await StepAsync("undo").ProblemAsync(409, "illegal-transition");

        await Answers.EventuallyAsync(async () => !(await _kitchen.SlotsAsync()).Any(), "the slot free");
    }

    [Fact]
    public async Task A_cancellation_that_was_refused_stays_refused_when_the_start_is_undone_and_a_later_one_is_not()
    {
        await _kitchen.QueueAsync("order-1");
        await StepAsync("start").JsonAsync();
        await Service().PostAsync("/internal/tickets/order-1/withdraw?orderVersion=2").ProblemAsync(409, "illegal-transition");
        await StepAsync("undo").JsonAsync();

        // The same request to cancel, from another process that did not receive the answer.
        await Service().PostAsync("/internal/tickets/order-1/withdraw?orderVersion=2").ProblemAsync(409, "illegal-transition");
        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Queued);
        await Service().PostAsync("/internal/tickets/order-1/withdraw?orderVersion=5").JsonAsync();
        (await _kitchen.FindAsync("order-1"))!.State.ShouldBe(TicketState.Withdrawn);
    }

    [Theory]
    [InlineData("withdraw?orderVersion=first", "orderVersion")]
    [InlineData("renew?after=first", "after")]
    [InlineData("renew", "after")]
    public async Task A_version_that_is_missing_or_no_number_is_named(string request, string parameter)
    {
        var problem = await Service().PostAsync($"/internal/tickets/order-1/{request}").ProblemAsync(400, "validation");

        problem.GetProperty("errors").GetProperty(parameter)[0].GetString().ShouldBe("is missing or has the wrong type");
    }

    private async Task<Ticket> StartAsync(HandledMessage handled) =>
        (await _kitchen.Get<StartTicket>().Handle("order-1", Chef(), handled, default)).OrThrow();

    private async Task<Ticket> FinishAsync(HandledMessage handled) =>
        (await _kitchen.Get<FinishTicket>().Handle("order-1", Chef(), handled, default)).OrThrow();

    private async Task<Ticket> UndoAsync(HandledMessage handled) =>
        (await _kitchen.Get<UndoStep>().Handle("order-1", Chef(), handled, default)).OrThrow();

    private Cause Chef() => new("chef-1", _kitchen.Clock.GetUtcNow());

    private async Task ReadyAsync()
    {
        await _kitchen.QueueAsync("order-1");
        await StepAsync("start").JsonAsync();
        await StepAsync("ready").JsonAsync();
    }

    private Task<HttpResponseMessage> StepAsync(string step) => _kitchen.As(Roles.Chef).PostAsync($"/api/kitchen/tickets/order-1/{step}");

    private HttpClient Service()
    {
        var client = _kitchen.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _kitchen.Get<AccessTokenIssuer>().ForService("order")
        );
        return client;
    }
}
