// The driver's page: follows every order that is out of the oven, from wherever it was moved.

import { follow } from "./live.js";
import { countMinutes } from "./minutes.js";
import { enhance } from "./moves.js";

countMinutes();
enhance(follow);
