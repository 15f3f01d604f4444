namespace MariosPizzeria.OrderService.Features;

internal static class PlaceOrderRequests
{
    private const int MaxNotes = 500;
    private const int MaxAllergyNote = 200;
    private const int MaxCardToken = 200;

    extension(PlaceOrderRequest request)
    {
        /// <summary>Returns all validation errors, or null. Menu checks whether pizzas and toppings exist.</summary>
        public Error? Validate(CardPolicy cards)
        {
            var errors = new ValidationErrors();
            if (
                errors.Require(
                    request.Items is { Count: >= 1 and <= OrderLimits.MaxLines },
                    "items",
                    $"must have 1 to {OrderLimits.MaxLines} lines"
                )
            )
            {
                for (var i = 0; i < request.Items!.Count; i++)
                {
                    var (item, field) = (request.Items[i], $"items[{i}]");
                    if (!errors.Require(item is not null, field, "is required"))
                    {
                        continue;
                    }

                    errors.Require(item!.PizzaId is { Length: >= 1 and <= 100 }, $"{field}.pizzaId", "must be the id of a pizza");
                    errors.Require(item.Size is not null, $"{field}.size", "must be small, medium or large");
                    errors.Require(
                        item.Quantity is >= 1 and <= OrderLimits.MaxQuantity,
                        $"{field}.quantity",
                        $"must be a whole number from 1 to {OrderLimits.MaxQuantity}"
                    );
                    errors.Require(
                        item.ExtraToppings is null
                            || (
                                item.ExtraToppings.Count <= OrderLimits.MaxToppings
                                && item.ExtraToppings.All(topping => topping is { Length: >= 1 and <= 100 })
                            ),
                        $"{field}.extraToppings",
                        $"must have at most {OrderLimits.MaxToppings} names of toppings"
                    );
                }
            }

            errors.Require(request.Fulfilment is not null, "fulfilment", "must be delivery or pickup");
            if (errors.Require(request.Customer is not null, "customer", "is required"))
            {
                errors.Require(CustomerValidation.IsName(request.Customer!.Name), "customer.name", CustomerValidation.NameRule);
                errors.Require(CustomerValidation.IsPhone(request.Customer.Phone), "customer.phone", CustomerValidation.PhoneRule);
                errors.Require(
                    string.IsNullOrEmpty(request.Customer.Email) || CustomerValidation.IsEmail(request.Customer.Email),
                    "customer.email",
                    CustomerValidation.EmailRule
                );
                errors.Require(
                    CustomerValidation.IsAddress(request.Customer.Address)
                        || (request.Fulfilment == Fulfilment.Pickup && string.IsNullOrWhiteSpace(request.Customer.Address)),
                    "customer.address",
                    CustomerValidation.AddressRule
                );
            }

            errors.RequireTextOrNothing(request.Notes, "notes", MaxNotes);
            errors.RequireTextOrNothing(request.DoorNotes, "doorNotes", MaxNotes);
            errors.RequireTextOrNothing(request.AllergyNote, "allergyNote", MaxAllergyNote);
            errors.Require(
                request.Allergies is not { } allergies || allergies.Distinct().Count() == allergies.Count,
                "allergies",
                "must have each allergen only once"
            );
            if (
                errors.Require(request.PaymentMethod is not null, "paymentMethod", "must be cash, credit_card or debit_card")
                && request.PaymentMethod != PaymentMethod.Cash
            )
            {
                errors.Require(cards.AreTaken, "paymentMethod", "must be cash: cards are not accepted here");
                errors.Require(
                    (request.Payment?.CardToken ?? cards.DefaultToken) is { Length: >= 1 and <= MaxCardToken },
                    "payment.cardToken",
                    $"must be the payment provider's token for the card, 1 to {MaxCardToken} characters"
                );
            }

            return errors.ToFault();
        }

        /// <summary>
        /// Returns <c>validation</c> if the address is outside the delivery area, or null. The request must be valid otherwise.
        /// </summary>
        public Error? OutOfArea(DeliveryTerms terms)
        {
            var errors = new ValidationErrors();
            errors.Require(
                request.Fulfilment != Fulfilment.Delivery || terms.Delivers(request.Customer!.Address!),
                "customer.address",
                $"must have a postcode in the delivery area: {string.Join(", ", terms.Area)}"
            );
            return errors.ToFault();
        }

        /// <summary>Returns <c>validation</c> if the items cost less than the minimum of a delivery, or null.</summary>
        public Error? BelowMinimum(QuoteResponse quote, DeliveryTerms terms)
        {
            var errors = new ValidationErrors();
            errors.Require(
                request.Fulfilment != Fulfilment.Delivery || quote.Lines.Select(line => line.LineTotal).Sum() >= terms.MinimumOrder,
                "items",
                $"must cost at least {terms.MinimumOrder} for a delivery"
            );
            return errors.ToFault();
        }
    }
}
