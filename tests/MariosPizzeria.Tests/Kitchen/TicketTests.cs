using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;

namespace MariosPizzeria.Tests.Kitchen;

public sealed class TicketTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Cause Chef = new("chef-1", Noon.AddMinutes(1), "correlation", "trace");
    private static readonly Cause Later = Chef with { Actor = "manager-1", At = Noon.AddMinutes(13) };

    public enum Step
    {
        Start,
        Finish,
        Withdraw,
        Cancel,
        HandOut,
    }

    [Fact]
    public void A_ticket_has_what_the_order_says()
    {
        var ticket = Queued();

        ticket.Id.ShouldBe("order-1");
        ticket.State.ShouldBe(TicketState.Queued);
        ticket.QueuedAt.ShouldBe(Noon);
        ticket.PromisedAt.ShouldBe(Noon.AddMinutes(20));
        ticket.Notes.ShouldBe("well done");
        var item = ticket.Items.ShouldHaveSingleItem();
        item.Name.ShouldBe("Pepperoni");
        item.Quantity.ShouldBe(2);
        item.ExtraToppings.ShouldBe(["basil"]);
    }

    [Fact]
    public void Cooking_and_ready_say_who_and_when()
    {
        var ticket = Queued();

        var started = ticket.Start(Chef).OrThrow().ShouldHaveSingleItem().ShouldBeOfType<CookingStarted>();
        var ready = ticket.Finish(Later).OrThrow().ShouldHaveSingleItem().ShouldBeOfType<OrderReady>();

        (started.OrderId, started.Chef, started.Actor, started.OccurredAt).ShouldBe(("order-1", "chef-1", "chef-1", Chef.At));
        (ready.Chef, ready.Actor, ready.CookingStartedAt, ready.OccurredAt).ShouldBe(("chef-1", "manager-1", Chef.At, Later.At));
        (ready.CorrelationId, ready.TraceId).ShouldBe(("correlation", "trace"));
        CookingTime.MeanMinutes([ticket]).ShouldBe(12);
    }

    [Theory]
    [InlineData(TicketState.Queued, Step.Finish)]
    [InlineData(TicketState.Cooking, Step.Start)]
    [InlineData(TicketState.Cooking, Step.Withdraw)]
    [InlineData(TicketState.Ready, Step.Start)]
    [InlineData(TicketState.Ready, Step.Finish)]
    [InlineData(TicketState.Ready, Step.Withdraw)]
    [InlineData(TicketState.Withdrawn, Step.Start)]
    [InlineData(TicketState.Withdrawn, Step.Finish)]
    public void A_step_that_the_state_does_not_allow_is_refused_and_changes_nothing(TicketState state, Step step)
    {
        var ticket = In(state);

        Take(ticket, step)!.Slug.ShouldBe(Slugs.IllegalTransition);

        ticket.State.ShouldBe(state);
    }

    [Theory]
    [InlineData(TicketState.Queued, Step.Withdraw, TicketState.Withdrawn)]
    [InlineData(TicketState.Withdrawn, Step.Withdraw, TicketState.Withdrawn)]
    [InlineData(TicketState.Queued, Step.Cancel, TicketState.Withdrawn)]
    [InlineData(TicketState.Cooking, Step.Cancel, TicketState.Withdrawn)]
    [InlineData(TicketState.Ready, Step.Cancel, TicketState.Withdrawn)]
    [InlineData(TicketState.Withdrawn, Step.Cancel, TicketState.Withdrawn)]
    [InlineData(TicketState.Queued, Step.HandOut, TicketState.Queued)]
    [InlineData(TicketState.Cooking, Step.HandOut, TicketState.Cooking)]
    [InlineData(TicketState.Ready, Step.HandOut, TicketState.Ready)]
    public void Every_other_step_leads_where_it_should(TicketState state, Step step, TicketState then)
    {
        var ticket = In(state);

        Take(ticket, step).ShouldBeNull();

        ticket.State.ShouldBe(then);
    }

    [Fact]
    public void What_is_handed_out_has_left_and_a_late_cancellation_does_not_bring_it_back()
    {
        var ticket = In(TicketState.Ready);

        ticket.HandOut(Later).Value.ShouldBeTrue();
        ticket.HandOut(Later).Value.ShouldBeFalse();
        ticket.Cancel(Later).Value.ShouldBeFalse();

        ticket.State.ShouldBe(TicketState.Ready);
        ticket.LeftAt.ShouldBe(Later.At);
    }

    [Fact]
    public void The_mean_cooking_time_is_a_default_until_something_was_cooked() =>
        CookingTime.MeanMinutes([Queued(), In(TicketState.Cooking)]).ShouldBe(10);

    private static Ticket Queued() => Ticket.Queue(KitchenFactory.Confirmed("order-1", Noon));

    private static Ticket In(TicketState state)
    {
        var ticket = Queued();
        if (state is TicketState.Cooking or TicketState.Ready)
        {
            ticket.Start(Chef).OrThrow();
        }

        if (state == TicketState.Ready)
        {
            ticket.Finish(Later).OrThrow();
        }

        if (state == TicketState.Withdrawn)
        {
            ticket.Withdraw(Chef).OrThrow();
        }

        return ticket;
    }

    private static Fault? Take(Ticket ticket, Step step) =>
        step switch
        {
            Step.Start => ticket.Start(Later).Fault,
            Step.Finish => ticket.Finish(Later).Fault,
            Step.Withdraw => ticket.Withdraw(Later).Fault,
            Step.Cancel => ticket.Cancel(Later).Fault,
            _ => ticket.HandOut(Later).Fault,
        };
}
