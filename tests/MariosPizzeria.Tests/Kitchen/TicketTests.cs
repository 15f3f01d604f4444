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
        ticket.DueStartAt.ShouldBe(Noon.AddMinutes(12));
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

        Take(ticket, step)!.Code.ShouldBe(ErrorCodes.IllegalTransition);

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
    public void What_is_handed_out_has_left_and_once_its_order_is_cancelled_does_not_come_back()
    {
        var ticket = In(TicketState.Ready);

        ticket.HandOut(Later, 5).Value.ShouldBeTrue();
        ticket.HandOut(Later, 5).Value.ShouldBeFalse();
        ticket.Cancel(Later).Value.ShouldBeTrue();
        ticket.TakeBack(6).Value.ShouldBeFalse();

        ticket.State.ShouldBe(TicketState.Withdrawn);
        ticket.LeftAt.ShouldBe(Later.At);
    }

    [Fact]
    public void In_whatever_order_the_words_on_its_delivery_arrive_the_one_of_the_highest_version_holds()
    {
        var words = new Action<Ticket>[]
        {
            ticket => ticket.HandOut(Later, 5), // taken
            ticket => ticket.TakeBack(6), // brought back
            ticket => ticket.HandOut(Later, 7), // taken again
            ticket => ticket.HandOut(Later, 8), // handed over
        };

        foreach (var count in Enumerable.Range(1, words.Length))
        {
            foreach (var order in Permutations([.. Enumerable.Range(0, count)]))
            {
                var ticket = In(TicketState.Ready);
                foreach (var word in order.Concat(order))
                {
                    words[word](ticket);
                }

                (ticket.LeftAt is null).ShouldBe(count == 2, string.Join(' ', order));
            }
        }

        static IEnumerable<int[]> Permutations(int[] items) =>
            items.Length <= 1
                ? [items]
                : items.SelectMany(first => Permutations([.. items.Where(each => each != first)]).Select(rest => (int[])[first, .. rest]));
    }

    [Fact]
    public void A_word_without_a_version_counts_until_there_is_one_with_a_version()
    {
        var ticket = In(TicketState.Ready);

        ticket.HandOut(Later, 0).Value.ShouldBeTrue();
        ticket.HandOut(Later, 0).Value.ShouldBeFalse();
        ticket.TakeBack(6).Value.ShouldBeTrue();
        ticket.HandOut(Later, 0).Value.ShouldBeFalse();

        ticket.LeftAt.ShouldBeNull();
    }

    [Fact]
    public void The_mean_cooking_time_is_a_default_until_something_was_cooked() =>
        CookingTime.MeanMinutes([Queued(), In(TicketState.Cooking)]).ShouldBe(10);

    private static Ticket Queued() => Ticket.Queue(KitchenFactory.Confirmed("order-1", Noon), minutesPerPizza: 4);

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
            ticket.Withdraw(orderVersion: null, Chef).OrThrow();
        }

        return ticket;
    }

    private static Error? Take(Ticket ticket, Step step) =>
        step switch
        {
            Step.Start => ticket.Start(Later).Error,
            Step.Finish => ticket.Finish(Later).Error,
            Step.Withdraw => ticket.Withdraw(orderVersion: null, Later).Error,
            Step.Cancel => ticket.Cancel(Later).Error,
            _ => ticket.HandOut(Later, 5).Error,
        };
}
