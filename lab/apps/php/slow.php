<?php
// Longer than any timeout in front of it.
sleep(60);
echo "well\n";
